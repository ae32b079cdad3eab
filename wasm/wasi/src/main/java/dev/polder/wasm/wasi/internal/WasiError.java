package dev.polder.wasm.wasi.internal;

/** Ends a WASI function with an error code for the guest. It is no failure of the host, so it has no stack trace. */
public final class WasiError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    public WasiError(int errno) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
