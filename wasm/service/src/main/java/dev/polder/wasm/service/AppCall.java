package dev.polder.wasm.service;

import dev.polder.wasm.engine.WasmStore;
import org.jspecify.annotations.Nullable;

/** One request under way. For any thread. */
public final class AppCall {

    private @Nullable WasmStore store;
    private boolean cancelled;

    /** A call that has not begun. */
    public AppCall() {}

    /** Nobody waits for the answer any more: ends the guest that works on it, where it can be ended. */
    public synchronized void cancel() {
        cancelled = true;
        if (store != null) {
            store.cancel();
        }
    }

    /** The guest begins; it ends at once when the call was cancelled before. */
    synchronized void runs(WasmStore guest) {
        store = guest;
        if (cancelled) {
            guest.cancel();
        }
    }

    /** The guest has ended; nothing cancels it any more. Gives whether nothing did. */
    synchronized boolean ended() {
        store = null;
        return !cancelled;
    }
}
