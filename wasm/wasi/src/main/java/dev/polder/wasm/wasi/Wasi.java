package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostFunctions;

/** WASI 0.1 as host functions. */
public final class Wasi {

    /** The module name that guests import. */
    public static final String MODULE = "wasi_snapshot_preview1";

    private Wasi() {}

    /**
     * All functions of {@code wasi_snapshot_preview1}. They expect the store's host state to be, or to give, the {@link
     * WasiState} of the guest.
     */
    public static HostFunctions functions() {
        return HostFunctions.NONE;
    }
}
