package dev.polder.kernel.server;

import dev.polder.kernel.model.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where {@link Accounts} keeps credentials. Blocking; safe for any thread. */
public interface CredentialStore {

    /** Stores a credential durably; one with the same digest is replaced. */
    void save(Credential credential);

    /** The credential with this digest. */
    Optional<Credential> find(Digest secret);

    /** Every credential of one use. */
    List<Credential> all(Credential.Use use);

    /** Removes one; nothing happens when it is not there. */
    void delete(Digest secret);

    /** Removes what expired at or before this time. */
    void deleteExpired(Instant now);

    /** One that forgets everything when the process ends; for tools and tests. */
    static CredentialStore inMemory() {
        ConcurrentHashMap<Digest, Credential> kept = new ConcurrentHashMap<>();
        return new CredentialStore() {
            @Override
            public void save(Credential credential) {
                kept.put(credential.secret(), credential);
            }

            @Override
            public Optional<Credential> find(Digest secret) {
                return Optional.ofNullable(kept.get(secret));
            }

            @Override
            public List<Credential> all(Credential.Use use) {
                return kept.values().stream()
                        .filter(credential -> credential.use() == use)
                        .toList();
            }

            @Override
            public void delete(Digest secret) {
                kept.remove(secret);
            }

            @Override
            public void deleteExpired(Instant now) {
                kept.values().removeIf(credential -> credential.expired(now));
            }
        };
    }
}
