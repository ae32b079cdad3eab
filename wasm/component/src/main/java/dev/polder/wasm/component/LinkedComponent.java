package dev.polder.wasm.component;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.internal.abi.ComponentState;
import dev.polder.wasm.component.internal.abi.ExportBinding;
import dev.polder.wasm.component.internal.abi.LiftedFunction;
import dev.polder.wasm.component.internal.plan.InterfaceLookup;
import dev.polder.wasm.component.internal.plan.Linked;
import dev.polder.wasm.component.internal.plan.Plan;
import dev.polder.wasm.engine.InstanceLimits;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A component with its imports resolved; immutable, for any thread. */
public final class LinkedComponent {

    private final Component component;
    private final Plan plan;
    private final Linked linked;
    private final Map<Class<?>, ExportBinding<?>> bindings;

    LinkedComponent(Component component, Linked linked) {
        this(component, linked, new ConcurrentHashMap<>());
    }

    /** @param bindings of the same component before; none of them is of its code */
    LinkedComponent(Component component, Linked linked, Map<Class<?>, ExportBinding<?>> bindings) {
        this.component = component;
        this.plan = component.plan();
        this.linked = linked;
        this.bindings = bindings;
    }

    public Component component() {
        return component;
    }

    /**
     * Frees its code at once, and the component's; by whoever knows that no instance of it is there and none will be made.
     * Who does not call it leaves both to the collector.
     */
    public void close() {
        linked.close();
        component.close();
    }

    /**
     * What is enough to have it again after its code was let go of.
     *
     * @return empty when the engine does not keep all of its code on disk
     */
    public Optional<DormantComponent> dormant() {
        return component.dormant(linked, bindings);
    }

    /**
     * A new instance in a store of its own. Runs the start functions of its core modules, if they have any.
     *
     * @param limits for each memory and table; the numbers of memories, tables and instances are set to what it needs
     * @param services the host's objects for this one instance
     * @throws dev.polder.wasm.engine.WasmTrap when a start function traps
     * @throws Problem TOO_LARGE when it wants more than the limits grant, UNAVAILABLE when the engine's pool of instances
     *     is used up for the moment
     */
    public ComponentInstance instantiate(InstanceLimits limits, HostServices services) {
        ComponentState state = linked.state(limits, services);
        return new ComponentInstance(this, linked.instantiate(limits, state), state);
    }

    /** Whether it exports what an interface names; then {@link #binding} gives it. */
    public boolean exports(Class<?> type) {
        return InterfaceLookup.find(plan, name(type)).isPresent();
    }

    /**
     * A Java interface made ready for this component's exports; kept, so that each instance only binds it.
     *
     * @param type has {@link Wit} with the name of the exported interface, or none for functions exported by themselves
     * @throws Problem NOT_FOUND or INVALID when the exports do not have what it declares
     */
    <T> ExportBinding<T> binding(Class<T> type) {
        ExportBinding<?> known = bindings.get(type);
        if (known == null) {
            Plan.Export export = InterfaceLookup.get(plan, name(type));
            known = ExportBinding.of(type, export.functions(), linked.resources());
            bindings.put(type, known);
        }
        @SuppressWarnings("unchecked") // put with the class that it was made of
        ExportBinding<T> binding = (ExportBinding<T>) known;
        return binding;
    }

    private static String name(Class<?> type) {
        Wit wit = type.getAnnotation(Wit.class);
        return wit == null ? "" : wit.value();
    }

    LiftedFunction function(String exportInterface, String function) {
        Plan.Export export = InterfaceLookup.get(plan, exportInterface);
        LiftedFunction found = export.functions().get(function);
        if (found == null && export.types().containsKey(function)) {
            throw new Problem(
                    Problem.Code.UNSUPPORTED,
                    Problem.WhoFailed.CALLER,
                    false,
                    "export \"" + function
                            + "\" is a function of the host, handed through (expected: one of the component)",
                    null,
                    null);
        }
        if (found == null) {
            throw Problem.notFound("export " + (exportInterface.isEmpty() ? "" : exportInterface + " ") + "\""
                    + function + "\" (expected: one of " + export.functions().keySet() + ")");
        }
        return found;
    }
}
