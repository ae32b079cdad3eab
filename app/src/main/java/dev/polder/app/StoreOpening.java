package dev.polder.app;

import dev.polder.app.config.DatabaseCredentials;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.store.Store;
import java.time.Clock;
import java.time.Duration;

/** Opens the store that is configured, and the accounts that are kept in it. */
final class StoreOpening {

    private StoreOpening() {}

    static Store open(PolderConfig config) {
        PolderConfig.StoreSettings settings = config.store();
        return switch (settings.kind()) {
            case SQLITE -> Store.open(config.dataDir());
            case POSTGRESQL -> {
                String url = settings.url();
                if (url == null) {
                    throw Problem.invalid("store.url: missing (expected: jdbc:postgresql://HOST/DATABASE)");
                }
                String user = settings.user();
                yield Store.open(
                        config.dataDir(),
                        url,
                        user == null ? "" : user,
                        settings.password().reveal());
            }
        };
    }

    static Accounts accounts(PolderConfig config, Store store, Clock clock) {
        Accounts accounts = new Accounts(
                DatabaseCredentials.open(store.database()),
                clock,
                Duration.ofHours(config.auth().sessionHours()),
                config.auth().guests());
        accounts.fixedToken("local", LocalToken.write(store.dataDir()), Accounts.ADMIN);
        config.auth()
                .tokens()
                .forEach(token ->
                        accounts.fixedToken(token.name(), token.secret().reveal(), EntityRef.parse(token.subject())));
        return accounts;
    }
}
