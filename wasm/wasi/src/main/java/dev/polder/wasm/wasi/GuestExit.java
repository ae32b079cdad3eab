package dev.polder.wasm.wasi;

/** A guest ended itself ({@code proc_exit}, {@code wasi:cli/exit}): unwinds it, and tells the host the code. */
public final class GuestExit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    public GuestExit(int code) {
        super("the guest ended itself with code " + code, null, false, false);
        this.code = code;
    }

    /** The guest's exit code. */
    public int code() {
        return code;
    }
}
