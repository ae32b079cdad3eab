package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmStore;

/** One call of a guest, over the slots that Wasmtime passed. */
final class WasmtimeCall implements HostCall {

    private final WasmtimeStore store;
    private final long caller;
    private final long slots;
    private final boolean[] wide;

    WasmtimeCall(WasmtimeStore store, long caller, long slots, boolean[] wide) {
        this.store = store;
        this.caller = caller;
        this.slots = slots;
        this.wide = wide;
    }

    @Override
    public long raw(int index) {
        return wide[index]
                ? Native.ALL.get(Native.LONG, slots + (long) index * Native.RAW)
                : Native.ALL.get(Native.INT, slots + (long) index * Native.RAW);
    }

    @Override
    public void result(int index, long raw) {
        Native.ALL.set(Native.LONG, slots + (long) index * Native.RAW, raw);
    }

    @Override
    public WasmMemory memory() {
        return store.memoryOf(caller);
    }

    @Override
    public WasmStore store() {
        return store;
    }
}
