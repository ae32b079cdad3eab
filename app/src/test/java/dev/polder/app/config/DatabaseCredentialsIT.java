package dev.polder.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.server.Credential;
import dev.polder.kernel.server.Principal;
import dev.polder.kernel.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseCredentialsIT {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void keepsTokensBetweenRunsAndForgetsSessionsInTime() {
        Credential session = new Credential(
                Digest.of(new byte[] {1}),
                Credential.Use.SESSION,
                "admin",
                EntityRef.parse("user:default/admin"),
                Principal.Kind.USER,
                NOW,
                NOW.plusSeconds(60));
        try (Store store = Store.open(folder.resolve("data"))) {
            DatabaseCredentials credentials = DatabaseCredentials.open(store.database());
            credentials.save(session);
            Accounts accounts = new Accounts(credentials, InstantSource.fixed(NOW), Duration.ofHours(1), false);
            assertThat(accounts.firstAdminToken()).isPresent();
        }
        try (Store store = Store.open(folder.resolve("data"))) {
            DatabaseCredentials credentials = DatabaseCredentials.open(store.database());
            Accounts accounts = new Accounts(credentials, InstantSource.fixed(NOW), Duration.ofHours(1), false);
            assertThat(accounts.firstAdminToken()).isEmpty();
            assertThat(credentials.find(session.secret())).contains(session);

            credentials.deleteExpired(NOW.plusMillis(59_999));
            assertThat(credentials.all(Credential.Use.SESSION)).containsExactly(session);
            credentials.deleteExpired(NOW.plusSeconds(60));
            assertThat(credentials.all(Credential.Use.SESSION)).isEmpty();
            assertThat(credentials.all(Credential.Use.TOKEN)).hasSize(1);
        }
    }
}
