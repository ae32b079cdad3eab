package dev.polder.wasm.registry;

/** How to prove to a registry who asks. The secret is never in {@code toString}. */
public sealed interface Credentials {

    /** No credentials: what everybody may read. */
    record Anonymous() implements Credentials {}

    /** A user name and a password or access token. */
    record Basic(String user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic[user=" + user + "]";
        }
    }

    /** An OAuth 2 refresh token, which the registry's token service exchanges for short-lived ones. */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "IdentityToken[]";
        }
    }

    /** A bearer token that the registry takes as it is. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "RegistryToken[]";
        }
    }
}
