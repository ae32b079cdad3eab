package dev.polder.wasm.engine.internal.wasmtime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Modules that all have given back, loaded still for whoever asks next. What was given back longest ago is freed first, once
 * they are more than some bytes together. For any thread.
 */
final class UnusedModules {

    private final long most;
    private final SequencedSet<WasmtimeModule> unused = new LinkedHashSet<>();
    private long bytes;

    /** @param most bytes of what Wasmtime has mapped of them; 0 to free each at once */
    UnusedModules(long most) {
        this.most = most;
    }

    /** Takes a module that nobody has; frees what is too much by then, and at once one that alone is. */
    void add(WasmtimeModule module) {
        if (module.imageBytes() > most) {
            module.freeUnused();
            return;
        }
        List<WasmtimeModule> over = new ArrayList<>();
        synchronized (this) {
            forget(module);
            if (!module.isUnused()) {
                return; // somebody asked for it meanwhile
            }
            unused.add(module);
            bytes += module.imageBytes();
            while (bytes > most) {
                WasmtimeModule oldest = unused.getFirst();
                forget(oldest);
                over.add(oldest);
            }
        }
        over.forEach(WasmtimeModule::freeUnused);
    }

    /** Somebody has it again. */
    synchronized void remove(WasmtimeModule module) {
        forget(module);
    }

    /** Frees all. */
    void clear() {
        List<WasmtimeModule> all;
        synchronized (this) {
            all = List.copyOf(unused);
            unused.clear();
            bytes = 0;
        }
        all.forEach(WasmtimeModule::freeUnused);
    }

    private void forget(WasmtimeModule module) {
        if (unused.remove(module)) {
            bytes -= module.imageBytes();
        }
    }
}
