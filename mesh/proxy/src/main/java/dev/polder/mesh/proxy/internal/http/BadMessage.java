package dev.polder.mesh.proxy.internal.http;

/** A message that breaks a rule of HTTP or a limit of ours; carries the status the sender gets. */
public final class BadMessage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean tooLong;

    public BadMessage(int status, String message) {
        this(status, message, status == 431);
    }

    private BadMessage(int status, String message, boolean tooLong) {
        super(message, null, false, false);
        this.status = status;
        this.tooLong = tooLong;
    }

    /** A response whose head is too long. */
    static BadMessage tooLongResponse(String message) {
        return new BadMessage(502, message, true);
    }

    public int status() {
        return status;
    }

    /** Whether a limit was passed, rather than a rule broken. */
    public boolean isTooLong() {
        return tooLong;
    }
}
