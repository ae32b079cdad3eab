package dev.polder.wasm.registry;

import dev.polder.kernel.model.Problem;

/** Where credentials come from; asked when a registry wants some, for that registry only. Safe for any thread. */
@FunctionalInterface
public interface CredentialSource {

    /**
     * The credentials for a registry.
     *
     * @param registry host and port as in {@link Reference#registry()}
     * @throws Problem when they should be there but cannot be had
     */
    Credentials of(String registry);

    /** Nobody in particular. */
    static CredentialSource anonymous() {
        return registry -> new Credentials.Anonymous();
    }

    /** These, for one registry; {@code others} says what the rest gets. */
    static CredentialSource of(String registry, Credentials credentials, CredentialSource others) {
        return asked -> asked.equals(registry) ? credentials : others.of(asked);
    }
}
