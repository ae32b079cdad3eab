package dev.polder.wasm.component.internal.plan;

import java.util.List;

/** One thing that instantiation does; they run in order. */
public sealed interface Step {

    /** @param arguments in the order of the module's imports */
    record Instantiate(int module, List<Item.Core> arguments) implements Step {}

    /** Puts a memory into a slot. */
    record Memory(int slot, Item.InstanceExport memory) implements Step {}

    /** Puts a function into a slot. */
    record Function(int slot, Item.Core function) implements Step {}
}
