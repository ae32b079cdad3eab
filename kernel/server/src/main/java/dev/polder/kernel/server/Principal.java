package dev.polder.kernel.server;

import dev.polder.kernel.model.EntityRef;

/**
 * Who is calling.
 *
 * @param ref the catalogue entity of the caller, such as {@code user:default/admin}
 * @param kind how the caller showed who it is
 */
public record Principal(EntityRef ref, Kind kind) {

    /** How a caller is known. */
    public enum Kind {
        /** A person with a session or a personal token. */
        USER,
        /** A program with a static token. */
        SERVICE,
        /** Nobody in particular, allowed by {@code --dev} only. */
        GUEST
    }
}
