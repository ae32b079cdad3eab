package dev.polder.mesh.proxy.internal.hbone;

import org.jspecify.annotations.Nullable;

/**
 * Why a tunnel could not be opened.
 *
 * @param status what the other end answered to CONNECT, or 0 when it never came so far
 * @param flag Istio's response flag
 * @param cause what failed below, or null
 */
public record TunnelFailure(
        int status, String flag, @Nullable Throwable cause) {

    public static TunnelFailure refused(int status) {
        return new TunnelFailure(status, status == 401 ? "DENY" : "CONNECT", null);
    }

    static TunnelFailure below(String flag, @Nullable Throwable cause) {
        return new TunnelFailure(0, flag, cause);
    }

    /** One line for people. */
    public String describe() {
        if (status != 0) {
            return "the workload's proxy answered " + status + " to CONNECT";
        }
        return cause == null ? "the connection ended" : cause.toString();
    }
}
