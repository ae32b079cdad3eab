package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.LiftedFunction;
import dev.polder.wasm.component.internal.abi.ServiceKey;
import dev.polder.wasm.component.internal.abi.StateLayout;
import dev.polder.wasm.engine.CompiledModule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A component with everything inside it resolved; what the host gives is still open.
 *
 * @param modules core modules that are instantiated, each once
 * @param hosts functions that the host makes; only those that a core module gets
 * @param steps refer to {@code modules}, {@code hosts} and to the core instances of earlier steps by number
 * @param imports by name, in order; {@code ""} for functions and resources imported by themselves
 * @param exports by name, in order; {@code ""} for functions exported by themselves
 * @param resources where each imported resource comes from
 */
public record Plan(
        List<CompiledModule> modules,
        List<HostDefinition> hosts,
        List<Step> steps,
        StateLayout layout,
        Map<String, Import> imports,
        Map<String, Export> exports,
        Map<ResourceType, ImportedResource> resources) {

    /** The same of other objects for its modules. */
    public Plan withModules(List<CompiledModule> others) {
        return new Plan(others, hosts, steps, layout, imports, exports, resources);
    }

    /**
     * An imported interface.
     *
     * @param implemented the interface that a plainly named import implements, or its own name
     * @param functions all that it declares
     */
    public record Import(String implemented, Map<String, FuncType> functions, List<String> resources, Grant grant) {}

    /**
     * What the host gives for an import.
     *
     * @param refusal why a call of it traps; null when it does not
     * @param nothing whether a call of it answers with nothing
     * @param services whose objects are called
     */
    public record Grant(@Nullable String refusal, boolean nothing, ServiceKey services) {
        /** What the host has. */
        public static final Grant ALL = new Grant(null, false, ServiceKey.ROOT);
    }

    /**
     * An exported interface.
     *
     * @param functions those that can be called
     * @param types of all functions, with those that come from the host unchanged
     */
    public record Export(Map<String, LiftedFunction> functions, Map<String, FuncType> types, List<String> resources) {}

    /** A resource of an imported interface. */
    public record ImportedResource(String interfaceName, String name) {}
}
