package dev.polder.wasm.wasi;

/** Ends a WASI function with an error code for the guest. It is no failure of the host, so it has no stack trace. */
final class WasiError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    WasiError(int errno) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
