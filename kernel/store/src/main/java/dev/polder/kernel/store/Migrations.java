package dev.polder.kernel.store;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Brings a module's tables up to date with the SQL files it ships, all in one transaction.
 *
 * <p>File names and history follow Flyway's words, so Flyway could take over; why it is not used stands in
 * {@code docs/decisions/}. An applied file must not change: its digest is kept.
 */
final class Migrations {

    private static final Pattern MODULE = Pattern.compile("[a-z][a-z0-9_]{0,40}");

    private record Applied(String name, String digest) {}

    private final String module;
    private final Map<Long, MigrationFiles.Script> scripts;

    private Migrations(String module, Map<Long, MigrationFiles.Script> scripts) {
        this.module = module;
        this.scripts = scripts;
    }

    static Migrations of(String module) {
        if (!MODULE.matcher(module).matches()) {
            throw new IllegalArgumentException("module: \"" + module + "\" (expected: " + MODULE + ")");
        }
        return new Migrations(module, MigrationFiles.of("db/migration/" + module));
    }

    void run(Database database) {
        database.write(connection -> {
            String table = "schema_history_" + module;
            try (Statement statement = connection.createStatement()) {
                if (database.dialect() == Database.Dialect.POSTGRESQL) {
                    // Replicas that start together take turns.
                    statement.execute("SELECT pg_advisory_xact_lock(" + table.hashCode() + ")");
                }
                statement.execute("CREATE TABLE IF NOT EXISTS " + table
                        + " (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL,"
                        + " applied_at TEXT NOT NULL)");
            }
            Map<Long, Applied> applied = applied(connection, table);
            requireKnown(applied);
            for (Map.Entry<Long, MigrationFiles.Script> script : scripts.entrySet()) {
                if (!applied.containsKey(script.getKey())) {
                    apply(connection, table, script.getKey(), script.getValue());
                }
            }
            return true;
        });
    }

    private static Map<Long, Applied> applied(Connection connection, String table) throws SQLException {
        Map<Long, Applied> applied = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version, name, digest FROM " + table)) {
            while (rows.next()) {
                applied.put(rows.getLong(1), new Applied(rows.getString(2), rows.getString(3)));
            }
        }
        return applied;
    }

    private void requireKnown(Map<Long, Applied> applied) {
        applied.forEach((version, was) -> {
            MigrationFiles.Script script = scripts.get(version);
            if (script == null) {
                long newest = scripts.keySet().stream().mapToLong(v -> v).max().orElse(0);
                throw new Problem(
                        Problem.Code.CONFLICT,
                        Problem.WhoFailed.CALLER,
                        false,
                        "the tables of " + module + " are at version " + version + " (" + was.name()
                                + "), written by a newer Polder (expected: at most " + newest + ")",
                        null,
                        null);
            }
            if (!digestOf(script).equals(was.digest())) {
                throw Problem.internal(
                        "migration " + script.name() + " of " + module
                                + " is not the one that was applied (expected: never edited, a new one added)",
                        null);
            }
        });
    }

    private static void apply(Connection connection, String table, long version, MigrationFiles.Script script)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(script.sql())) {
                statement.execute(sql);
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + table + " (version, name, digest, applied_at) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, version);
            insert.setString(2, script.name());
            insert.setString(3, digestOf(script));
            insert.setString(4, Instant.now().toString());
            insert.executeUpdate();
        }
    }

    private static String digestOf(MigrationFiles.Script script) {
        return Digest.of(script.sql().getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Splits at semicolons outside quotes and line comments. */
    static List<String> statements(String sql) {
        List<String> statements = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote == 0 && c == '-' && sql.startsWith("--", i)) {
                int end = sql.indexOf('\n', i);
                i = end < 0 ? sql.length() : end;
                current.append('\n');
                continue;
            }
            if (quote == 0 && c == ';') {
                addUnlessBlank(statements, current);
                continue;
            }
            if (c == '\'' || c == '"') {
                quote = quote == 0 ? c : quote == c ? 0 : quote;
            }
            current.append(c);
        }
        addUnlessBlank(statements, current);
        return statements;
    }

    private static void addUnlessBlank(List<String> statements, StringBuilder current) {
        if (!current.toString().isBlank()) {
            statements.add(current.toString().strip());
        }
        current.setLength(0);
    }
}
