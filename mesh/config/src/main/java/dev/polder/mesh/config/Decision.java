package dev.polder.mesh.config;

/**
 * The outcome of judging a connection.
 *
 * @param policy {@code namespace/name} of the policy that decided, or {@code ""} when none did
 * @param reason for the access log
 */
public record Decision(boolean allowed, String policy, Reason reason) {

    /** What decided. */
    public enum Reason {
        /** No ALLOW policy applies, so everything that is not denied passes. */
        DEFAULT_ALLOW,
        /** A rule of an ALLOW policy matched. */
        ALLOW_RULE,
        /** A rule of a DENY policy matched. */
        DENY_RULE,
        /** ALLOW policies apply, none matched. */
        NO_ALLOW_RULE,
        /** Mutual TLS is STRICT and the connection is plain. */
        PLAINTEXT,
        /** A policy the workload refers to is not known, or cannot be read: fails closed. */
        UNKNOWN_POLICY
    }
}
