package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.SqliteValue.Failure;
import dev.polder.wasm.capability.internal.SqliteText;
import dev.polder.wasm.component.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/** The SQLite databases of one app, a file for each label in a folder of the app's own. Safe for any thread. */
public final class SqliteDatabases {

    private static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}([-_][A-Za-z0-9]{1,62}){0,10}");
    private static final int PAGE_BYTES = 4096;
    private static final int CACHE_KIB = 2048;

    private final Path folder;
    private final SqliteLimits limits;

    public SqliteDatabases(Path folder, SqliteLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    SqliteLimits limits() {
        return limits;
    }

    /**
     * Opens a connection; the file is made when it is not there.
     *
     * @throws Problem INVALID for a label that names no file, UNAVAILABLE
     */
    SqliteConnection open(String label) {
        if (!LABEL.matcher(label).matches()) {
            throw Problem.invalid("database label (expected: words joined by - or _)");
        }
        try {
            Files.createDirectories(folder);
            SQLiteConnection connection = (SQLiteConnection) config().createConnection(
                            "jdbc:sqlite:" + folder.resolve(label + ".db").toAbsolutePath());
            try {
                confine(connection);
                return new SqliteConnection(connection, limits);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw Problem.unavailable("the database cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Runs the statements of a script, one after the other, as a guest's are run.
     *
     * @return how many there were
     * @throws Problem INVALID with the first statement that failed; what those before it changed stays
     */
    public int run(String label, String script) {
        List<String> statements = SqliteText.statements(script);
        try (SqliteConnection connection = open(label)) {
            for (int i = 0; i < statements.size(); i++) {
                if (connection.execute(statements.get(i), List.of())
                        instanceof Result.Err<SqliteValue.QueryResult, Failure>(Failure failure)) {
                    throw Problem.invalid("database \"" + label + "\": statement " + (i + 1) + " of "
                            + statements.size() + ": " + (failure instanceof Failure.Io(String said) ? said : failure)
                            + (i == 0 ? "" : " (those before it were run)"));
                }
            }
        }
        return statements.size();
    }

    /** The size of a database's files in bytes; 0 while it was never opened. */
    public long bytes(String label) {
        return LABEL.matcher(label).matches() ? size(label + ".db") + size(label + ".db-wal") : 0;
    }

    private long size(String file) {
        try {
            return Files.size(folder.resolve(file));
        } catch (IOException e) {
            return 0; // not made yet, or merged just now
        }
    }

    private SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.enableLoadExtension(false);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(Math.toIntExact(limits.time().toMillis()));
        config.setPageSize(PAGE_BYTES);
        config.setCacheSize(-CACHE_KIB);
        config.setPragma(
                SQLiteConfig.Pragma.MAX_PAGE_COUNT, Long.toString(Math.max(16, limits.databaseBytes() / PAGE_BYTES)));
        return config;
    }

    /** Bounds of the engine itself, below those of the text. */
    private void confine(SQLiteConnection connection) throws SQLException {
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, limits.valueBytes());
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_SQL_LENGTH, 4 * limits.statementChars());
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_COLUMN, 1_000);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_EXPR_DEPTH, 200);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_COMPOUND_SELECT, 200);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_VDBE_OP, 1_000_000);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_VARIABLE_NUMBER, 10_000);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_TRIGGER_DEPTH, 50);
        connection.setLimit(SQLiteLimits.SQLITE_LIMIT_WORKER_THREADS, 0);
    }
}
