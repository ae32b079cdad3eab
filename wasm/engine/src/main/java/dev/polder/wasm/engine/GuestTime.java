package dev.polder.wasm.engine;

import dev.polder.wasm.engine.internal.GuestClock;
import dev.polder.wasm.engine.internal.GuestStack;
import java.time.Duration;
import java.util.List;

/**
 * The wall time of the guest that runs on the calling thread, for host code that waits and has no {@link HostCall} at
 * hand. A guest whose time is over, or that was cancelled, has its thread interrupted: waiting host code must end then.
 */
public final class GuestTime {

    private GuestTime() {}

    /**
     * Runs something every few milliseconds, for as long as the program lives, while any guest runs or waits in a host
     * function; on the clock's thread, so it must be short.
     */
    public static void onTick(Runnable action) {
        GuestClock.shared().addListener(action);
    }

    /** The wall time left; zero when the guest has to end, a very long time without a limit or without a guest. */
    public static Duration remaining() {
        return GuestStack.current().remaining();
    }

    /** The trap that ends a guest whose wait was interrupted: DEADLINE, CPU_TIME or CANCELLED. */
    public static WasmTrap ended(Throwable cause) {
        return new WasmTrap(GuestStack.current().reason(), null, List.of(), cause);
    }
}
