package dev.polder.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {

    @TempDir
    Path folder;

    private static List<String> column(Database database, String sql) {
        return database.read(connection -> {
            List<String> values = new ArrayList<>();
            try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
            return values;
        });
    }

    @Test
    void appliesEachFileOnceInOrder() {
        try (SqliteDatabase database = SqliteDatabase.open(folder.resolve("a.db"))) {
            database.migrate("trial");
            database.migrate("trial");

            assertThat(column(database, "SELECT name FROM schema_history_trial ORDER BY version"))
                    .containsExactly("V1__first.sql", "V2__second.sql", "V10__tenth.sql");
            assertThat(column(database, "SELECT text FROM trial ORDER BY id"))
                    .containsExactly("a;b -- no comment", "second", "tenth");
        }
    }

    @Test
    void aFileThatFailsUndoesAllOfTheRun() {
        try (SqliteDatabase database = SqliteDatabase.open(folder.resolve("a.db"))) {
            assertThatThrownBy(() -> database.migrate("broken")).isInstanceOf(Problem.class);
            assertThat(column(database, "SELECT name FROM sqlite_master WHERE name LIKE '%broken%'"))
                    .isEmpty();
        }
    }

    @Test
    void aFileThatWasEditedAfterwardsIsNoticed() {
        try (SqliteDatabase database = SqliteDatabase.open(folder.resolve("a.db"))) {
            database.migrate("trial");
            database.write(connection -> connection
                    .createStatement()
                    .executeUpdate("UPDATE schema_history_trial SET digest = 'sha256:other' WHERE version = 2"));
            assertThatThrownBy(() -> database.migrate("trial"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("V2__second.sql");
        }
    }

    @Test
    void aModuleWithoutFilesIsAMistakeOfTheProgram() {
        assertThatThrownBy(() -> Migrations.of("nothing")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Migrations.of("../x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void splitsOutsideQuotesAndComments() {
        assertThat(Migrations.statements("-- a; comment\nSELECT ';' ; SELECT \"a;b\" -- end\n;\n;"))
                .containsExactly("SELECT ';'", "SELECT \"a;b\"");
    }
}
