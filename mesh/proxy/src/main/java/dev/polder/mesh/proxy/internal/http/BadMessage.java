package dev.polder.mesh.proxy.internal.http;

/** A message that breaks a rule of HTTP or a limit of ours; carries the status the sender gets. */
public final class BadMessage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public BadMessage(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
