package dev.polder.kernel.server;

/** Who may call a route. */
public enum Access {
    /** Anybody: sign-in, health, static files. */
    PUBLIC,
    /** Any known caller, guests included when guests are allowed. */
    READ,
    /** A known caller that is no guest. */
    WRITE
}
