package dev.polder.kernel.server;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token or a session as it is stored: never the secret, only its SHA-256. That is enough because every secret is 256
 * random bits, which nobody can guess from a hash.
 *
 * @param secret the digest of the secret's UTF-8 bytes
 * @param label what it is for, such as {@code admin}; shown to people
 * @param subject whom it speaks for
 * @param expiresAt null for a token that does not expire
 */
public record Credential(
        Digest secret,
        Use use,
        String label,
        EntityRef subject,
        Principal.Kind principal,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    /** How the secret is presented. */
    public enum Use {
        /** In an Authorization header, or typed into the sign-in page. */
        TOKEN,
        /** In the session cookie. */
        SESSION
    }

    boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
