package dev.polder.wasm.capability;

import dev.polder.wasm.capability.SqliteValue.Failure;
import dev.polder.wasm.capability.SqliteValue.QueryResult;
import dev.polder.wasm.capability.SqliteValue.RowResult;
import dev.polder.wasm.capability.internal.SqliteText;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.CallMemory;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A connection of a guest to a SQLite database, for one thread. Closing it rolls an open transaction back. */
final class SqliteConnection implements AutoCloseable {

    private static final int STEPS_PER_CHECK = 20_000;
    private static final int VALUE_OVERHEAD = 16;

    /** What a value takes in the heap, beside that. */
    private static final int HELD_VALUE = 48;

    private final SQLiteConnection connection;
    private final SqliteLimits limits;
    private long deadline;
    private boolean closed;

    SqliteConnection(SQLiteConnection connection, SqliteLimits limits) throws SQLException {
        this.connection = connection;
        this.limits = limits;
        ProgressHandler.setHandler(connection, STEPS_PER_CHECK, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - deadline > 0 ? 1 : 0;
            }
        });
    }

    Result<QueryResult, Failure> execute(String statement, List<SqliteValue> parameters) {
        if (closed) {
            return Result.err(new Failure.InvalidConnection());
        }
        if (statement.length() > limits.statementChars()) {
            return io("a statement of " + statement.length() + " characters (expected: at most "
                    + limits.statementChars() + ")");
        }
        String fault = SqliteText.fault(statement);
        if (fault != null) {
            return io(fault);
        }
        deadline = System.nanoTime() + limits.time().toNanos();
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            bind(prepared, parameters);
            if (!prepared.execute()) {
                return Result.ok(new QueryResult(List.of(), List.of()));
            }
            try (ResultSet rows = prepared.getResultSet()) {
                return read(rows);
            }
        } catch (SQLException e) {
            return failed(e);
        }
    }

    private static void bind(PreparedStatement prepared, List<SqliteValue> parameters) throws SQLException {
        int expected = prepared.getParameterMetaData().getParameterCount();
        if (expected != parameters.size()) {
            throw new SQLException(parameters.size() + " parameters (expected: " + expected + ")");
        }
        for (int i = 0; i < parameters.size(); i++) {
            switch (parameters.get(i)) {
                case SqliteValue.Int(long value) -> prepared.setLong(i + 1, value);
                case SqliteValue.Real(double value) -> prepared.setDouble(i + 1, value);
                case SqliteValue.Text(String value) -> prepared.setString(i + 1, value);
                case SqliteValue.Blob(byte[] value) -> prepared.setBytes(i + 1, value);
                case SqliteValue.Null() -> prepared.setNull(i + 1, java.sql.Types.NULL);
            }
        }
    }

    private Result<QueryResult, Failure> read(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i));
        }
        List<RowResult> results = new ArrayList<>();
        long bytes = 0;
        while (rows.next()) {
            List<SqliteValue> values = new ArrayList<>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                SqliteValue value = value(rows.getObject(i));
                long size = size(value);
                bytes += size;
                CallMemory.hold(HELD_VALUE + size);
                values.add(value);
            }
            results.add(new RowResult(values));
            if (results.size() > limits.rows() || bytes > limits.resultBytes()) {
                return io("query result exceeds limit of " + limits.rows() + " rows or " + limits.resultBytes()
                        + " bytes (expected: less; add a LIMIT)");
            }
        }
        return Result.ok(new QueryResult(columns, results));
    }

    private static SqliteValue value(@Nullable Object value) {
        return switch (value) {
            case null -> new SqliteValue.Null();
            case Double real -> new SqliteValue.Real(real);
            case Number number -> new SqliteValue.Int(number.longValue());
            case byte[] blob -> new SqliteValue.Blob(blob);
            default -> new SqliteValue.Text(value.toString());
        };
    }

    private static long size(SqliteValue value) {
        return VALUE_OVERHEAD
                + switch (value) {
                    case SqliteValue.Text(String text) -> 2L * text.length();
                    case SqliteValue.Blob(byte[] blob) -> blob.length;
                    default -> 0;
                };
    }

    private Result<QueryResult, Failure> failed(SQLException e) {
        if (e instanceof SQLiteException sqlite) {
            SQLiteErrorCode code = sqlite.getResultCode();
            if (code == SQLiteErrorCode.SQLITE_FULL) {
                return Result.err(new Failure.DatabaseFull());
            }
            if (code == SQLiteErrorCode.SQLITE_INTERRUPT) {
                return io("the statement ran longer than " + limits.time().toMillis() + " ms");
            }
        }
        return io(String.valueOf(e.getMessage()));
    }

    private static Result<QueryResult, Failure> io(String message) {
        return Result.err(new Failure.Io(message));
    }

    /** The row id of the last INSERT of this connection, or 0. */
    long lastInsertRowid() {
        return number("SELECT last_insert_rowid()");
    }

    /** Rows that the last INSERT, UPDATE or DELETE of this connection changed. */
    long changes() {
        return number("SELECT changes()");
    }

    private long number(String query) {
        if (closed) {
            return 0;
        }
        deadline = System.nanoTime() + limits.time().toNanos();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException(query + " touches no table and cannot fail", e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException("a SQLite connection could not be closed", e);
            }
        }
    }
}
