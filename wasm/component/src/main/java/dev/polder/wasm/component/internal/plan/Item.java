package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.abi.LiftedFunction;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an index of a component stands for, once everything it depends on is known. */
public sealed interface Item {

    /** Something that a core module can import. */
    sealed interface Core extends Item {
        ExternType type();
    }

    /** A function that the host makes: a lowered one, or what a resource's owner does. */
    record HostFunction(int host, FunctionType type) implements Core {}

    /** An export of a core instance of the plan. */
    record InstanceExport(int instance, int export, ExternType type) implements Core {}

    sealed interface CoreInstance extends Item {
        @Nullable
        Core export(String name);
    }

    /** @param exports the place of each export in the module */
    record ModuleInstance(int instance, CompiledModule module, Map<String, Integer> exports) implements CoreInstance {
        @Override
        public @Nullable Core export(String name) {
            Integer index = exports.get(name);
            return index == null
                    ? null
                    : new InstanceExport(
                            instance, index, module.exports().get(index).type());
        }
    }

    record CoreBundle(Map<String, Core> exports) implements CoreInstance {
        @Override
        public @Nullable Core export(String name) {
            return exports.get(name);
        }
    }

    record Module(int module) implements Item {}

    record CoreType(boolean module) implements Item {}

    sealed interface Function extends Item {
        FuncType type();
    }

    record Lifted(LiftedFunction function) implements Function {
        @Override
        public FuncType type() {
            return function.type();
        }
    }

    /** @param interfaceName the import it belongs to, {@code ""} for a function imported by itself */
    record Imported(String interfaceName, String name, FuncType type) implements Function {}

    sealed interface Type extends Item {}

    /**
     * @param size parts, each as often as it is mentioned
     * @param borrows whether it has a borrowed handle in it
     */
    record Value(ValType type, int size, int depth, boolean borrows) implements Type {}

    record Resource(ResourceType type) implements Type {}

    /** @param size parts, each as often as it is mentioned */
    record Func(FuncType type, int size) implements Type {}

    /** The type of an instance or a component, evaluated anew for each instance. */
    record Shape(List<Definition> declarations, Scope.View outer, boolean component) implements Type {}

    record Instance(Map<String, Item> exports) implements Item {}

    record Component(ComponentBody body, Scope.View outer) implements Item {}
}
