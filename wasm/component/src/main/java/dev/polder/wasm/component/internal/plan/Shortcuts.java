package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.internal.binary.ModuleSlice;
import dev.polder.wasm.component.internal.binary.Trampolines;
import dev.polder.wasm.engine.CompiledModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * Host functions of this linker find a memory by its slot when they are called, and not when they are made. So a module
 * may be given them at once, without the detour through a table that is filled later. That saves two instances, a table
 * and dozens of look-ups for each instance of nearly every component, and an indirect call for each call.
 *
 * It is done only where nobody can tell: the shim and its fixup do nothing else, nobody else has the table, every function
 * that goes through it is the host's and of the same type, and no module that gets one runs code before it is filled.
 */
/** Takes modules that only pass calls on to the host out of a plan. */
final class Shortcuts {

    private final List<CompiledModule> modules;
    private final List<ModuleSlice> slices;

    private Shortcuts(List<CompiledModule> modules, List<ModuleSlice> slices) {
        this.modules = modules;
        this.slices = slices;
    }

    /**
     * The steps without detours, their core instances numbered anew.
     *
     * @param slices the bytes of {@code modules}
     */
    static List<Step> take(List<Step> steps, List<CompiledModule> modules, List<ModuleSlice> slices) {
        Shortcuts shortcuts = new Shortcuts(modules, slices);
        List<Step> taken = steps;
        for (int instance = 0; instance < instances(taken).size(); ) {
            Optional<List<Step>> shorter = shortcuts.without(taken, instance);
            if (shorter.isPresent()) {
                taken = shorter.get();
            } else {
                instance++;
            }
        }
        return taken;
    }

    private static List<Step.Instantiate> instances(List<Step> steps) {
        return steps.stream()
                .filter(Step.Instantiate.class::isInstance)
                .map(Step.Instantiate.class::cast)
                .toList();
    }

    /** The steps without this instance and the one that fills its table, when it is a shim and can be spared. */
    private Optional<List<Step>> without(List<Step> steps, int shimInstance) {
        List<Step.Instantiate> instances = instances(steps);
        Step.Instantiate shimStep = instances.get(shimInstance);
        if (!shimStep.arguments().isEmpty()) {
            return Optional.empty();
        }
        Optional<Trampolines.Shim> shim = Trampolines.shim(slices.get(shimStep.module()));
        if (shim.isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, String> names = exportNames(shimStep.module());
        int fixupInstance = -1;
        for (int i = 0; i < instances.size(); i++) {
            for (Item.Core argument : instances.get(i).arguments()) {
                if (argument instanceof Item.InstanceExport e
                        && e.instance() == shimInstance
                        && shim.get().table().equals(names.get(e.export()))) {
                    if (fixupInstance >= 0) {
                        return Optional.empty();
                    }
                    fixupInstance = i;
                }
            }
        }
        if (fixupInstance < 0) {
            return Optional.empty();
        }
        Step.Instantiate fixupStep = instances.get(fixupInstance);
        Optional<Trampolines.Fixup> fixup = Trampolines.fixup(slices.get(fixupStep.module()));
        if (fixup.isEmpty() || fixup.get().entries().size() > shim.get().size()) {
            return Optional.empty();
        }
        if (!(fixupStep.arguments().get(fixup.get().table()) instanceof Item.InstanceExport filled)
                || filled.instance() != shimInstance) {
            return Optional.empty();
        }
        Map<Integer, Item.HostFunction> targets = new HashMap<>();
        names.forEach((export, name) -> {
            Integer entry = shim.get().entries().get(name);
            if (entry != null && entry < fixup.get().entries().size()) {
                Item.Core target =
                        fixupStep.arguments().get(fixup.get().entries().get(entry));
                if (target instanceof Item.HostFunction host
                        && host.type()
                                .equals(modules.get(shimStep.module())
                                        .exports()
                                        .get(export)
                                        .type())) {
                    targets.put(export, host);
                }
            }
        });
        return rewritten(steps, shimInstance, fixupInstance, targets);
    }

    private Map<Integer, String> exportNames(int module) {
        Map<Integer, String> names = new HashMap<>();
        for (int i = 0; i < modules.get(module).exports().size(); i++) {
            names.put(i, modules.get(module).exports().get(i).name());
        }
        return names;
    }

    private Optional<List<Step>> rewritten(
            List<Step> steps, int shim, int fixup, Map<Integer, Item.HostFunction> targets) {
        List<Step> kept = new ArrayList<>();
        int instance = 0;
        for (Step step : steps) {
            switch (step) {
                case Step.Instantiate i -> {
                    int number = instance++;
                    if (number == shim || number == fixup) {
                        continue;
                    }
                    List<Item.Core> arguments = new ArrayList<>();
                    boolean changed = false;
                    for (Item.Core argument : i.arguments()) {
                        Item.Core direct = direct(argument, shim, fixup, targets);
                        if (direct == null) {
                            return Optional.empty();
                        }
                        changed |= argument instanceof Item.InstanceExport e && e.instance() == shim;
                        arguments.add(direct);
                    }
                    if (changed && Trampolines.hasStart(slices.get(i.module()))) {
                        return Optional.empty();
                    }
                    kept.add(new Step.Instantiate(i.module(), List.copyOf(arguments)));
                }
                case Step.Memory m -> {
                    if (!(direct(m.memory(), shim, fixup, targets) instanceof Item.InstanceExport memory)) {
                        return Optional.empty();
                    }
                    kept.add(new Step.Memory(m.slot(), memory));
                }
                case Step.Function f -> {
                    Item.Core function = direct(f.function(), shim, fixup, targets);
                    if (function == null) {
                        return Optional.empty();
                    }
                    kept.add(new Step.Function(f.slot(), function));
                }
            }
        }
        return Optional.of(kept);
    }

    /** What an item is without the two instances; null when it cannot be had without them. */
    private static Item.@Nullable Core direct(
            Item.Core item, int shim, int fixup, Map<Integer, Item.HostFunction> targets) {
        if (!(item instanceof Item.InstanceExport export)) {
            return item;
        }
        if (export.instance() == shim) {
            return targets.get(export.export());
        }
        if (export.instance() == fixup) {
            return null;
        }
        int before = (export.instance() > shim ? 1 : 0) + (export.instance() > fixup ? 1 : 0);
        return new Item.InstanceExport(export.instance() - before, export.export(), export.type());
    }
}
