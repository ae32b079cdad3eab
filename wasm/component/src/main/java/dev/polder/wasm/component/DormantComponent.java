package dev.polder.wasm.component;

import dev.polder.wasm.component.internal.abi.ExportBinding;
import dev.polder.wasm.component.internal.plan.Linked;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.DormantModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A linked component without its code: some tens of kilobytes, with which it is there again as soon as the engine has mapped
 * what it keeps on disk. Nothing is read, decoded, planned or linked a second time. Immutable, for any thread.
 */
public final class DormantComponent {

    private final Component component;
    private final List<DormantModule> modules;
    private final List<DormantModule> hostModules;
    private final Linked.Resolved resolved;
    private final Map<Class<?>, ExportBinding<?>> bindings;

    private DormantComponent(
            Component component,
            List<DormantModule> modules,
            List<DormantModule> hostModules,
            Linked.Resolved resolved,
            Map<Class<?>, ExportBinding<?>> bindings) {
        this.component = component;
        this.modules = modules;
        this.hostModules = hostModules;
        this.resolved = resolved;
        this.bindings = bindings;
    }

    /** Of one whose modules the engine keeps, all of them. */
    static Optional<DormantComponent> of(
            Component component,
            List<CompiledModule> hostModules,
            Linked.Resolved resolved,
            Map<Class<?>, ExportBinding<?>> bindings) {
        Optional<List<DormantModule>> modules = dormant(component.modules());
        Optional<List<DormantModule>> hosts = dormant(hostModules);
        return modules.isEmpty() || hosts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new DormantComponent(component.withoutCode(), modules.get(), hosts.get(), resolved, bindings));
    }

    private static Optional<List<DormantModule>> dormant(List<CompiledModule> modules) {
        List<DormantModule> dormant = new ArrayList<>();
        for (CompiledModule module : modules) {
            Optional<DormantModule> one = module.dormant();
            if (one.isEmpty()) {
                return Optional.empty();
            }
            dormant.add(one.get());
        }
        return Optional.of(List.copyOf(dormant));
    }

    /**
     * The same component with its code; to be closed as what {@link Component#link} gives.
     *
     * @return empty when the engine does not keep code of it any more: then it has to be compiled
     */
    public Optional<LinkedComponent> wake() {
        List<CompiledModule> woken = new ArrayList<>();
        List<CompiledModule> hosts = new ArrayList<>();
        if (!wake(modules, woken) || !wake(hostModules, hosts)) {
            woken.forEach(CompiledModule::release);
            hosts.forEach(CompiledModule::release);
            return Optional.empty();
        }
        Component made = component.withCode(woken, hosts);
        return Optional.of(
                new LinkedComponent(made, Linked.with(made.engine(), made.plan(), hosts, resolved), bindings));
    }

    private static boolean wake(List<DormantModule> dormant, List<CompiledModule> woken) {
        for (DormantModule module : dormant) {
            Optional<CompiledModule> one = module.wake();
            if (one.isEmpty()) {
                return false;
            }
            woken.add(one.get());
        }
        return true;
    }
}
