package dev.polder.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same on PostgreSQL: the one of {@code POLDER_TEST_POSTGRES}, or one that is installed here and started. */
class PostgresResourceStoreIT extends ResourceStoreContract {

    private static TestPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.startOrAssume();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Override
    Database openEmpty() throws Exception {
        postgres.dropTables();
        return postgres.open();
    }

    @Test
    void replicasSeeEachOthersChanges() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (Database hereDatabase = postgres.open();
                ResourceStore here = SqlResourceStore.open(hereDatabase, FeedLimits.DEFAULT);
                Database thereDatabase = postgres.open();
                ResourceStore there = SqlResourceStore.open(thereDatabase, FeedLimits.DEFAULT);
                ResourceStore.Watch _ = here.watch(
                        "polder.dev",
                        "WasmApp",
                        here.list("polder.dev", "WasmApp", null).version(),
                        event -> seen.add(event.resource().metadata().name()))) {
            there.apply(app("from-there", 1));
            await().until(() -> seen.contains("from-there"));
            here.apply(app("from-here", 1));
            await().until(() -> seen.size() == 2);
            assertThat(seen).containsExactly("from-there", "from-here");
        }
    }
}
