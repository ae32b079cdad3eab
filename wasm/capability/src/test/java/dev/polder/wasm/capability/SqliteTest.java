package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.wasm.capability.SqliteValue.Failure;
import dev.polder.wasm.capability.internal.SqliteText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteTest {

    private static final SqliteLimits LIMITS =
            new SqliteLimits(1 << 20, 10_000, 100_000, 500, 200_000, Duration.ofSeconds(2), 3);

    @TempDir
    Path folder;

    private SpinSqlite3 sqlite;
    private SpinSqlite3.Connection db;

    @BeforeEach
    void open() {
        sqlite = new SpinSqlite3(new SqliteDatabases(folder.resolve("sqlite"), LIMITS), Set.of("default", "other"));
        db = ok(sqlite.open("default"));
    }

    @AfterEach
    void close() {
        sqlite.close();
    }

    private SqliteValue.QueryResult run(String statement, SqliteValue... parameters) {
        return ok(db.execute(statement, List.of(parameters)));
    }

    private String refused(String statement, SqliteValue... parameters) {
        return ((Failure.Io) err(db.execute(statement, List.of(parameters)))).message();
    }

    private static SqliteValue integer(long value) {
        return new SqliteValue.Int(value);
    }

    @Test
    void valuesOfAllTypesGoThereAndBack() {
        run("CREATE TABLE t (a, b, c, d, e)");
        byte[] blob = {0, 1, (byte) 255};
        run(
                "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
                integer(Long.MIN_VALUE),
                new SqliteValue.Real(1.5),
                new SqliteValue.Text("käse\0🧀'; DROP TABLE t; --"),
                new SqliteValue.Blob(blob),
                new SqliteValue.Null());
        run("INSERT INTO t VALUES (1, ?2, ?1, NULL, x'')", new SqliteValue.Text(""), integer(7));

        SqliteValue.QueryResult result = run("SELECT a AS first, b, c, d, e FROM t ORDER BY rowid");

        assertThat(result.columns()).containsExactly("first", "b", "c", "d", "e");
        List<SqliteValue> row = result.rows().getFirst().values();
        assertThat(row.subList(0, 3))
                .containsExactly(
                        integer(Long.MIN_VALUE),
                        new SqliteValue.Real(1.5),
                        new SqliteValue.Text("käse\0🧀'; DROP TABLE t; --"));
        assertThat(((SqliteValue.Blob) row.get(3)).value()).isEqualTo(blob);
        assertThat(row.get(4)).isEqualTo(new SqliteValue.Null());
        assertThat(result.rows().get(1).values().subList(0, 4))
                .containsExactly(integer(1), integer(7), new SqliteValue.Text(""), new SqliteValue.Null());
    }

    @Test
    void rowidChangesReturningAndTransactions() {
        assertThat(db.lastInsertRowid()).isZero();
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, x)");
        run("INSERT INTO t (x) VALUES (1), (2), (3)");
        assertThat(db.lastInsertRowid()).isEqualTo(3);
        assertThat(db.changes()).isEqualTo(3);
        assertThat(run("UPDATE t SET x = x + 1 WHERE x > ? RETURNING id, x", integer(1))
                        .rows())
                .hasSize(2);
        run("BEGIN");
        run("DELETE FROM t");
        db.drop();
        db = ok(sqlite.open("default"));
        assertThat(run("SELECT count(*) FROM t").rows().getFirst().values()).containsExactly(integer(3));
        run("CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET x = 0; SELECT CASE WHEN 1 THEN 2 END; END;");
        run("INSERT INTO t (x) VALUES (9); -- and a comment");
        assertThat(run("SELECT sum(x) FROM t").rows().getFirst().values()).containsExactly(integer(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ATTACH DATABASE '/tmp/x.db' AS x",
                "/* */ attach '/tmp/x.db' as x",
                "-- c\nATTACH '/tmp/x.db' AS x",
                "EXPLAIN ATTACH '/tmp/x.db' AS x",
                "DETACH x",
                "VACUUM",
                "VACUUM INTO '/tmp/x.db'",
                "backup to '/tmp/x.db'",
                "restore from '/etc/passwd'",
                "PRAGMA temp_store_directory = '/tmp'",
                "PRAGMA max_page_count = 1000000",
                "PRAGMA main.max_page_count = 1000000",
                "PRAGMA writable_schema = ON",
                "PRAGMA journal_mode = DELETE",
                "PRAGMA cache_size = -1000000",
                "EXPLAIN PRAGMA writable_schema = ON",
                "PRAGMA [database_list]",
                "PRAGMA \"database_list\"",
                "SELECT file FROM pragma_database_list",
                "SELECT file FROM \"Pragma_Database_List\"",
                "SELECT file FROM [pragma_database_list]",
                "SELECT load_extension('/tmp/x.so')",
                "SELECT 1; SELECT 2",
                "SELECT 1;; ATTACH '/tmp/x' AS y",
                "",
                " ; ",
                "\"SELECT\" 1",
                "DO SOMETHING",
            })
    void nothingLeadsOutOfTheDatabase(String statement) throws Exception {
        assertThat(refused(statement)).contains("(expected: ");
        assertThat(SqliteText.fault(statement)).isNotNull();
        try (Stream<Path> files = Files.list(folder.resolve("sqlite"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.startsWith("default.db"));
        }
    }

    @Test
    void theEngineRefusesWhatTheTextCheckWouldMiss() throws Exception {
        SqliteDatabases databases = new SqliteDatabases(folder.resolve("sqlite"), LIMITS);
        var field = SqliteConnection.class.getDeclaredField("connection");
        field.setAccessible(true);
        try (SqliteConnection connection = databases.open("other");
                var statement = ((java.sql.Connection) field.get(connection)).createStatement()) {
            for (String text : List.of(
                    "ATTACH '" + folder.resolve("x.db") + "' AS x", "VACUUM INTO '" + folder.resolve("y.db") + "'")) {
                assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> statement.execute(text)))
                        .isInstanceOf(java.sql.SQLException.class);
            }
        }
        assertThat(folder.resolve("x.db")).doesNotExist();
        assertThat(folder.resolve("y.db")).doesNotExist();
    }

    @Test
    void harmlessPragmasWork() {
        run("CREATE TABLE t (a INTEGER, b TEXT)");
        assertThat(run("PRAGMA table_info(t)").rows()).hasSize(2);
        run("PRAGMA main.user_version = 7");
        assertThat(run("PRAGMA user_version").rows().getFirst().values()).containsExactly(integer(7));
        assertThat(run("SELECT name FROM pragma_table_info('t')").rows()).hasSize(2);
        assertThat(run("EXPLAIN QUERY PLAN SELECT * FROM t").rows()).isNotEmpty();
    }

    @Test
    void limitsAreErrors() {
        run("CREATE TABLE t (x)");
        assertThat(refused("SELECT '" + "x".repeat(10_000) + "'")).contains("characters (expected: at most 10000)");
        String numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT %d) SELECT i FROM n";
        assertThat(run(numbers.formatted(500)).rows()).hasSize(500);
        assertThat(refused(numbers.formatted(501))).contains("limit of 500 rows");
        assertThat(refused("SELECT zeroblob(90000), zeroblob(90000), zeroblob(90000)"))
                .contains("200000 bytes");
        assertThat(refused("SELECT zeroblob(200000)")).containsIgnoringCase("too big");
        assertThat(refused("SELECT ?")).contains("0 parameters (expected: 1)");
        assertThat(refused("SELECT 1", integer(1))).contains("1 parameters (expected: 0)");
        assertThat(refused("SELECT * FROM nowhere")).contains("no such table");
        long began = System.nanoTime();
        assertThat(refused("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"))
                .contains("ran longer than 2000 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        run("SELECT 1");
    }

    @Test
    void aFullDatabaseIsFull() {
        run("CREATE TABLE t (x)");
        Failure failure = null;
        int rows = 0;
        while (failure == null && rows < 100) {
            var result = db.execute("INSERT INTO t VALUES (zeroblob(50000))", List.of());
            rows++;
            if (!(result instanceof dev.polder.wasm.component.Result.Ok)) {
                failure = err(result);
            }
        }
        assertThat(failure).isEqualTo(new Failure.DatabaseFull());
        assertThat(rows).isBetween(15, 22);
        run("DELETE FROM t");
        run("INSERT INTO t VALUES (zeroblob(50000))");
    }

    @Test
    void labelsAndConnectionsAreBounded() {
        assertThat(err(sqlite.open("secret"))).isEqualTo(new Failure.AccessDenied());
        SpinSqlite hostile = new SpinSqlite(new SqliteDatabases(folder, LIMITS), Set.of("../../x", "a/b", "fine"));
        assertThat(err(hostile.open("../../x"))).isInstanceOf(Failure.Io.class);
        assertThat(err(hostile.open("a/b"))).isInstanceOf(Failure.Io.class);
        ok(ok(hostile.open("fine")).execute("SELECT 1", List.of()));
        hostile.close();
        ok(sqlite.open("other"));
        ok(sqlite.open("default"));
        assertThat(err(sqlite.open("default"))).asString().contains("more than 3 connections");
        db.drop();
        assertThat(err(db.execute("SELECT 1", List.of()))).isEqualTo(new Failure.InvalidConnection());
        db = ok(sqlite.open("default"));
    }

    @Test
    void writersOfManyThreadsWaitForEachOther() throws Exception {
        run("CREATE TABLE t (x)");
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (SpinSqlite own =
                        new SpinSqlite(new SqliteDatabases(folder.resolve("sqlite"), LIMITS), Set.of("default"))) {
                    SpinSqlite.Connection connection = ok(own.open("default"));
                    for (int i = 0; i < 25; i++) {
                        ok(connection.execute("INSERT INTO t VALUES (?)", List.of(integer(i))));
                    }
                } catch (RuntimeException | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(run("SELECT count(*) FROM t").rows().getFirst().values()).containsExactly(integer(100));
    }

    @Test
    void aScriptIsRunStatementByStatement() {
        String script = """
                -- the first; of two
                CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT DEFAULT 'a;b');
                ;
                CREATE TEMP TRIGGER again AFTER INSERT ON note BEGIN
                  UPDATE note SET text = text || '!' WHERE id = new.id; DELETE FROM note WHERE id = 9;
                END;
                INSERT INTO note (id) VALUES (1); /* the last */
                INSERT INTO note (id, text) VALUES (2, 'x')
                """;
        assertThat(SqliteText.statements(script))
                .hasSize(4)
                .element(1)
                .asString()
                .startsWith("CREATE TEMP TRIGGER")
                .endsWith("END;");
        SqliteDatabases databases = new SqliteDatabases(folder.resolve("sqlite"), LIMITS);

        assertThat(databases.run("default", script)).isEqualTo(4);
        assertThat(run("SELECT text FROM note ORDER BY id").rows())
                .extracting(row -> row.values().getFirst())
                .containsExactly(new SqliteValue.Text("a;b!"), new SqliteValue.Text("x!"));
        assertThatThrownBy(() -> databases.run("default", "DELETE FROM note; ATTACH 'x' AS y; SELECT 1"))
                .hasMessageContaining("database \"default\": statement 2 of 3: ")
                .hasMessageContaining("ATTACH")
                .hasMessageContaining("(those before it were run)");
        assertThat(run("SELECT * FROM note").rows()).isEmpty();
        assertThat(SqliteText.statements(" ; -- nothing\n/* at all */")).isEmpty();
    }

    @FuzzTest(maxDuration = "20s")
    void everyTextIsAStatementOrAFault(byte[] bytes) {
        assertThat(SqliteText.statements(new String(bytes, StandardCharsets.UTF_8)))
                .allMatch(statement -> !statement.isBlank());
        String fault = SqliteText.fault(new String(bytes, StandardCharsets.UTF_8));
        assertThat(fault == null || fault.contains("(expected: ")).isTrue();
    }
}
