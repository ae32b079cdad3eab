package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.GuestResourceDef;
import dev.polder.wasm.component.internal.abi.StateLayout;
import dev.polder.wasm.component.internal.binary.ModuleSlice;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.engine.CompiledModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Collects what the planner decides, and numbers it. */
final class PlanBuilder {

    /** Core instances of one component: what an engine has room for many times over. */
    private static final int CORE_INSTANCES = 500;

    private final Function<ModuleSlice, CompiledModule> compiled;
    private final List<CompiledModule> modules = new ArrayList<>();
    private final List<ModuleSlice> slices = new ArrayList<>();
    private final List<Map<String, Integer>> moduleExports = new ArrayList<>();
    private final Map<CompiledModule, Integer> moduleNumbers = new HashMap<>();
    private final List<HostDefinition> hosts = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Item.Core, Integer> memories = new LinkedHashMap<>();
    private final Map<Item.Core, Integer> functions = new LinkedHashMap<>();
    private final List<Integer> parents = new ArrayList<>();
    private final Map<ResourceType, GuestResourceDef> resources = new HashMap<>();
    private int coreInstances;

    PlanBuilder(Function<ModuleSlice, CompiledModule> compiled) {
        this.compiled = compiled;
    }

    int module(ModuleSlice slice) {
        CompiledModule module = compiled.apply(slice);
        Integer known = moduleNumbers.get(module);
        if (known != null) {
            return known;
        }
        Map<String, Integer> exports = new HashMap<>();
        for (int i = 0; i < module.exports().size(); i++) {
            exports.put(module.exports().get(i).name(), i);
        }
        modules.add(module);
        slices.add(slice);
        moduleExports.add(exports);
        moduleNumbers.put(module, modules.size() - 1);
        return modules.size() - 1;
    }

    CompiledModule module(int number) {
        return modules.get(number);
    }

    /** A new component instance inside another, -1 for none. */
    int instance(int parent) {
        parents.add(parent);
        return parents.size() - 1;
    }

    Item.HostFunction host(HostDefinition definition) {
        hosts.add(definition);
        return new Item.HostFunction(hosts.size() - 1, definition.coreType());
    }

    Item.ModuleInstance instantiate(int module, List<Item.Core> arguments, int offset) {
        if (coreInstances >= CORE_INSTANCES) {
            throw Refusal.tooLarge(offset, "more than " + CORE_INSTANCES + " core instances");
        }
        steps.add(new Step.Instantiate(module, List.copyOf(arguments)));
        return new Item.ModuleInstance(coreInstances++, modules.get(module), moduleExports.get(module));
    }

    int memorySlot(Item.InstanceExport memory) {
        return memories.computeIfAbsent(memory, m -> {
            steps.add(new Step.Memory(memories.size(), memory));
            return memories.size();
        });
    }

    int functionSlot(Item.Core function) {
        return functions.computeIfAbsent(function, f -> {
            steps.add(new Step.Function(functions.size(), function));
            return functions.size();
        });
    }

    void resource(GuestResourceDef definition) {
        resources.put(definition.type(), definition);
    }

    Map<ResourceType, GuestResourceDef> resources() {
        return resources;
    }

    /** Numbers the host functions that are used and the modules that are instantiated, and leaves out the others. */
    Plan build(
            Map<String, Plan.Import> imports,
            Map<String, Plan.Export> exports,
            Map<ResourceType, Plan.ImportedResource> importedResources) {
        Map<Integer, Integer> usedHosts = new LinkedHashMap<>();
        Map<Integer, Integer> usedModules = new LinkedHashMap<>();
        List<Step> numbered = new ArrayList<>();
        for (Step step : Shortcuts.take(steps, modules, slices)) {
            numbered.add(
                    switch (step) {
                        case Step.Instantiate i ->
                            new Step.Instantiate(
                                    number(usedModules, i.module()),
                                    i.arguments().stream()
                                            .map(a -> numbered(usedHosts, a))
                                            .toList());
                        case Step.Memory m -> m;
                        case Step.Function f -> new Step.Function(f.slot(), numbered(usedHosts, f.function()));
                    });
        }
        return new Plan(
                usedModules.keySet().stream().map(modules::get).toList(),
                usedHosts.keySet().stream().map(hosts::get).toList(),
                List.copyOf(numbered),
                new StateLayout(
                        memories.size(),
                        functions.size(),
                        parents.stream().mapToInt(i -> i).toArray(),
                        resources),
                imports,
                exports,
                importedResources);
    }

    private static Item.Core numbered(Map<Integer, Integer> hosts, Item.Core item) {
        return item instanceof Item.HostFunction f ? new Item.HostFunction(number(hosts, f.host()), f.type()) : item;
    }

    private static int number(Map<Integer, Integer> used, int before) {
        Integer known = used.get(before);
        if (known == null) {
            known = used.size();
            used.put(before, known);
        }
        return known;
    }
}
