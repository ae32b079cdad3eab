package dev.polder.wasm.wasi;

/** A guest called {@code proc_exit}: unwinds it, and tells {@link WasiCommand} the code. */
public final class GuestExit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    GuestExit(int code) {
        super("the guest ended itself with code " + code, null, false, false);
        this.code = code;
    }

    /** The guest's exit code. */
    public int code() {
        return code;
    }
}
