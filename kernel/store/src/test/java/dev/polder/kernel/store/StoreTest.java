package dev.polder.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

    @TempDir
    Path parent;

    @Test
    void keepsEverythingBetweenRuns() throws Exception {
        Path data = parent.resolve("a/b/data");
        long version;
        try (Store store = Store.open(data)) {
            version = store.resources()
                    .apply(ResourceStoreContract.app("shop", 1))
                    .metadata()
                    .resourceVersion();
            store.blobs().put(new byte[] {1, 2, 3});
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
        assertThat(data.resolve("version")).hasContent("1");
        try (Store store = Store.open(data)) {
            assertThat(store.resources().list("polder.dev", "WasmApp", null).version())
                    .isEqualTo(version);
            assertThat(store.database().dialect()).isEqualTo(Database.Dialect.SQLITE);
            assertThat(store.dataDir()).isEqualTo(data);
        }
    }

    @Test
    void aSecondOneOnTheSameFolderLearnsWhoHoldsIt() {
        Path data = parent.resolve("data");
        try (Store first = Store.open(data)) {
            assertThatThrownBy(() -> Store.open(first.dataDir()))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE))
                    .hasMessageContaining(
                            "in use by pid " + ProcessHandle.current().pid() + " since 2");
        }
        Store.open(data).close();
    }

    @Test
    void aFolderOfANewerVersionIsRefusedAndLeftAlone() throws Exception {
        Path data = Files.createDirectory(parent.resolve("data"));
        Files.writeString(data.resolve("version"), "2\n");
        assertThatThrownBy(() -> Store.open(data))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.CONFLICT))
                .hasMessageContaining("version 2, written by a newer Polder (expected: at most 1");
        assertThat(data.resolve("polder.db")).doesNotExist();
    }

    @Test
    void tablesOfANewerVersionAreRefused() {
        Path data = parent.resolve("data");
        try (Store store = Store.open(data)) {
            store.database()
                    .write(connection -> connection
                            .createStatement()
                            .executeUpdate(
                                    "INSERT INTO schema_history_resources VALUES (9, 'V9__later.sql', 'x', 'y')"));
        }
        assertThatThrownBy(() -> Store.open(data))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.CONFLICT))
                .hasMessageContaining("version 9 (V9__later.sql), written by a newer Polder (expected: at most 1)");
    }

    @Test
    void aDamagedDatabaseIsSaidToBeOne() throws Exception {
        Path data = parent.resolve("data");
        Store.open(data).close();
        byte[] bytes = Files.readAllBytes(data.resolve("polder.db"));
        java.util.Arrays.fill(bytes, 0, 100, (byte) 'x');
        Files.write(data.resolve("polder.db"), bytes);
        assertThatThrownBy(() -> Store.open(data)).isInstanceOf(Problem.class).hasMessageContaining("damaged");
        // The lock was let go, so that whoever repairs it can try again.
        Files.delete(data.resolve("polder.db"));
        Store.open(data).close();
    }

    @Test
    void aFullDatabaseRefusesAndStaysWhole() {
        try (Store store = Store.open(parent.resolve("data"))) {
            store.resources().apply(ResourceStoreContract.app("kept", 1));
            // SQLite's own page limit answers exactly as a full disk does: SQLITE_FULL.
            store.database().write(connection -> connection.createStatement().execute("PRAGMA max_page_count = 40"));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            var app = ResourceStoreContract.app("app-" + i, i);
                            app.spec().put("text", "x".repeat(10_000));
                            store.resources().apply(app);
                        }
                    })
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE))
                    .hasMessageContaining("full");
            var listing = store.resources().list("polder.dev", "WasmApp", null);
            assertThat(listing.items())
                    .isNotEmpty()
                    .allSatisfy(
                            app -> assertThat(app.metadata().resourceVersion()).isLessThanOrEqualTo(listing.version()));
            assertThat(listing.version()).isEqualTo(listing.items().size());
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsAProblem() throws Exception {
        Path file = Files.createFile(parent.resolve("file"));
        assertThatThrownBy(() -> Store.open(file.resolve("data")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE));
    }

    @Test
    void anUnreachablePostgresIsAProblemWithoutThePassword() {
        assertThatThrownBy(() -> Store.open(parent.resolve("data"), "jdbc:postgresql://127.0.0.1:1/x", "me", "hunter2"))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE);
                    assertThat(problem.getMessage()).doesNotContain("hunter2");
                });
        assertThatThrownBy(() -> Store.open(parent.resolve("data"), "jdbc:h2:mem:x", "me", ""))
                .hasMessageContaining("expected: jdbc:postgresql:");
    }
}
