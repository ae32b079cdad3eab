package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.ComponentState;
import dev.polder.wasm.component.internal.abi.ServiceKey;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmExtern;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmStore;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plan whose imports are resolved: what {@link #instantiate} does is all that an instance costs. For any thread. */
public final class Linked {

    /** The imports of a plan, resolved: nothing in it is of the modules' code. */
    public record Resolved(
            List<HostFunctions.Definition> functions,
            Map<ResourceType, Class<? extends HostResource>> resources,
            List<ServiceKey> services) {

        public Resolved {
            functions = List.copyOf(functions);
            resources = Map.copyOf(resources);
            services = List.copyOf(services);
        }
    }

    private final WasmEngine engine;
    private final Plan plan;
    private final Resolved resolved;
    private final List<LinkedModule> hostModules;
    private final @Nullable LinkedModule[] direct;
    private final ServiceKey[] services;
    private final Step[] steps;
    private final int coreInstances;
    private final int memories;
    private final int tables;

    private Linked(WasmEngine engine, Plan plan, List<LinkedModule> hostModules, Resolved resolved) {
        this.engine = engine;
        this.plan = plan;
        this.resolved = resolved;
        this.hostModules = hostModules;
        this.services = resolved.services().toArray(ServiceKey[]::new);
        this.steps = plan.steps().toArray(Step[]::new);
        this.direct = new LinkedModule[steps.length];
        for (int i = 0; i < steps.length; i++) {
            if (steps[i] instanceof Step.Instantiate step && isDirect(step)) {
                direct[i] = link(plan.modules().get(step.module()), step.arguments(), resolved.functions());
            }
        }
        List<CompiledModule> instances = plan.steps().stream()
                .filter(Step.Instantiate.class::isInstance)
                .map(s -> plan.modules().get(((Step.Instantiate) s).module()))
                .toList();
        coreInstances = instances.size();
        memories = instances.stream().mapToInt(m -> m.memories().size()).sum();
        tables = instances.stream().mapToInt(m -> m.tables().size()).sum();
    }

    /** Whether an instance is given nothing but functions of the host: then its imports are resolved once for all. */
    private static boolean isDirect(Step.Instantiate step) {
        return step.arguments().stream().allMatch(Item.HostFunction.class::isInstance);
    }

    private static LinkedModule link(
            CompiledModule module, List<Item.Core> arguments, List<HostFunctions.Definition> functions) {
        HostFunctions.Builder builder = HostFunctions.builder();
        Set<HostFunctions.Name> named = new HashSet<>();
        for (int i = 0; i < arguments.size(); i++) {
            ImportType wanted = module.imports().get(i);
            if (arguments.get(i) instanceof Item.HostFunction given
                    && named.add(new HostFunctions.Name(wanted.module(), wanted.name()))) {
                HostFunctions.Definition definition = functions.get(given.host());
                builder.add(wanted.module(), wanted.name(), definition.type(), definition.function());
            }
        }
        return module.link(builder.build());
    }

    /**
     * The modules that hand the plan's host functions to those of its instances that are given other things, too; made
     * once, with the plan.
     */
    public static List<CompiledModule> hostModules(WasmEngine engine, Plan plan) {
        boolean needed = plan.steps().stream().anyMatch(step -> switch (step) {
            case Step.Instantiate i ->
                !isDirect(i) && i.arguments().stream().anyMatch(Item.HostFunction.class::isInstance);
            case Step.Function f -> f.function() instanceof Item.HostFunction;
            case Step.Memory m -> false;
        });
        if (!needed) {
            return List.of();
        }
        return HostModule.compile(
                engine, plan.hosts().stream().map(HostDefinition::coreType).toList());
    }

    /**
     * Resolves the imports.
     *
     * @throws dev.polder.kernel.model.Problem INVALID naming all that is missing
     */
    public static Linked of(
            WasmEngine engine, Plan plan, List<CompiledModule> hostModules, List<HostInterface> offered) {
        HostLinker linker = new HostLinker(plan, offered);
        List<HostFunctions.Definition> functions = linker.link();
        return with(engine, plan, hostModules, new Resolved(functions, linker.resources(), linker.services()));
    }

    /** With imports that were resolved before. */
    public static Linked with(WasmEngine engine, Plan plan, List<CompiledModule> hostModules, Resolved resolved) {
        List<LinkedModule> linked =
                hostModules.isEmpty() ? List.of() : HostModule.link(hostModules, resolved.functions());
        return new Linked(engine, plan, linked, resolved);
    }

    /** The imports, for {@link #with}. */
    public Resolved resolved() {
        return resolved;
    }

    /** The Java classes of imported resources. */
    public Map<ResourceType, Class<? extends HostResource>> resources() {
        return resolved.resources();
    }

    /** Frees what was linked; no instance of it is there, and none will be made. */
    public void close() {
        for (LinkedModule linked : direct) {
            if (linked != null) {
                linked.close();
            }
        }
        hostModules.forEach(LinkedModule::close);
    }

    /** The state of a new instance, for {@link #instantiate}. */
    public ComponentState state(InstanceLimits limits, HostServices host) {
        return new ComponentState(plan.layout(), host, services, limits.hostMemory());
    }

    /** A new store with everything in it; closes the state when that fails. */
    public WasmStore instantiate(InstanceLimits limits, ComponentState state) {
        InstanceLimits counted = limits.withCounts(memories, tables, Math.max(1, coreInstances + hostModules.size()));
        WasmStore store = engine.newStore(counted, state);
        try {
            run(store, state);
            return store;
        } catch (Throwable t) {
            close(state, store, t);
            throw t;
        }
    }

    private static void close(ComponentState state, WasmStore store, Throwable failure) {
        try {
            state.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        } finally {
            store.close();
        }
    }

    private void run(WasmStore store, ComponentState state) {
        WasmInstance[] hosts = new WasmInstance[hostModules.size()];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = hostModules.get(i).instantiate(store, false);
        }
        WasmInstance[] instances = new WasmInstance[coreInstances];
        int made = 0;
        for (int s = 0; s < steps.length; s++) {
            LinkedModule linked = direct[s];
            if (linked != null) {
                instances[made++] = linked.instantiate(store, false);
                continue;
            }
            switch (steps[s]) {
                case Step.Instantiate i -> {
                    List<Item.Core> arguments = i.arguments();
                    WasmExtern[] externs = new WasmExtern[arguments.size()];
                    for (int a = 0; a < externs.length; a++) {
                        externs[a] = extern(arguments.get(a), hosts, instances);
                    }
                    instances[made++] = store.instantiate(plan.modules().get(i.module()), Arrays.asList(externs));
                }
                case Step.Memory m -> state.memory(m.slot(), (WasmMemory) extern(m.memory(), hosts, instances));
                case Step.Function f -> state.function(f.slot(), (WasmFunction) extern(f.function(), hosts, instances));
            }
        }
    }

    private static WasmExtern extern(Item.Core item, WasmInstance[] hosts, WasmInstance[] instances) {
        return switch (item) {
            case Item.HostFunction f -> hosts[f.host() / HostModule.SIZE].export(f.host() % HostModule.SIZE);
            case Item.InstanceExport e -> instances[e.instance()].export(e.export());
        };
    }
}
