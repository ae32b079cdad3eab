package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.WasmGlobal;
import run.endive.runtime.GlobalInstance;

/** A global. */
record EndiveGlobal(GlobalInstance global, GlobalType type) implements WasmGlobal {

    static void checkNumber(GlobalType type) {
        if (!type.value().isNumber()) {
            throw Problem.internal(type + " used by the host (expected: a number)", null);
        }
    }

    @Override
    public long get() {
        checkNumber(type);
        return EndiveTypes.slot(type.value(), global.getValue());
    }

    @Override
    public void set(long raw) {
        checkNumber(type);
        if (!type.mutable()) {
            throw Problem.invalid(type + ": cannot be set (expected: a mutable one)");
        }
        global.setValue(EndiveTypes.slot(type.value(), raw));
    }
}
