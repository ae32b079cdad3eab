package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.CallMemory;
import dev.polder.wasm.engine.GuestExecutor;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A guest's connection to a database by JDBC, within the limits of its way out. For one thread. */
final class JdbcSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcSession.class);
    private static final int VALUE_OVERHEAD = 16;
    /** What a value takes in the heap, beside its bytes. */
    private static final int HELD_VALUE = 64;

    private static final int FETCH = 256;

    /** Opens a connection to one address. */
    @FunctionalInterface
    interface Opening {
        Connection at(InetSocketAddress address) throws SQLException;
    }

    /** Puts parameters in. */
    @FunctionalInterface
    interface Binding {
        void to(PreparedStatement statement) throws SQLException;
    }

    /** Reads the values of one result. */
    interface Rows<C, V> {
        C column(ResultSetMetaData meta, int index) throws SQLException;

        /** @param column what {@link #column} said of it */
        V value(ResultSet rows, int index, C column) throws SQLException;

        /** Bytes of a value that is more than a number. */
        int size(V value);
    }

    /** What a query gave. */
    record Table<C, V>(List<C> columns, List<List<V>> rows) {}

    private final Connection connection;
    private final Outbound outbound;
    private @Nullable SQLException said;
    private boolean closed;

    private JdbcSession(Connection connection, Outbound outbound) {
        this.connection = connection;
        this.outbound = outbound;
    }

    static Result<JdbcSession, Failure> open(Outbound outbound, String scheme, String host, int port, Opening opening) {
        List<InetSocketAddress> addresses;
        try {
            addresses = outbound.resolve(scheme, host, port);
        } catch (Problem e) {
            return Result.err(new Failure.ConnectionFailed(e.detail()));
        }
        if (!outbound.take()) {
            return Result.err(new Failure.ConnectionFailed("too many connections (expected: at most "
                    + outbound.limits().connections() + " at once)"));
        }
        @Nullable SQLException failure = null;
        for (InetSocketAddress address : addresses) {
            try {
                return Result.ok(new JdbcSession(GuestExecutor.blocking(() -> opening.at(address)), outbound));
            } catch (SQLException e) {
                failure = e;
            }
        }
        outbound.giveBack();
        return Result.err(new Failure.ConnectionFailed(message(failure)));
    }

    <C, V> Result<Table<C, V>, Failure> query(String sql, Binding binding, Rows<C, V> reader) {
        return run(sql, binding, statement -> {
            if (!statement.execute()) {
                return Result.ok(new Table<C, V>(List.of(), List.of()));
            }
            try (ResultSet rows = statement.getResultSet()) {
                return read(rows, reader);
            }
        });
    }

    private <C, V> Result<Table<C, V>, Failure> read(ResultSet rows, Rows<C, V> reader) throws SQLException {
        OutboundLimits limits = outbound.limits();
        ResultSetMetaData meta = rows.getMetaData();
        List<C> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(reader.column(meta, i));
        }
        List<List<V>> table = new ArrayList<>();
        long bytes = 0;
        while (rows.next()) {
            List<V> row = new ArrayList<>(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                V value = reader.value(rows, i + 1, columns.get(i));
                int size = reader.size(value);
                bytes += VALUE_OVERHEAD + size;
                CallMemory.hold(HELD_VALUE + size);
                row.add(value);
            }
            table.add(row);
            if (table.size() > limits.rows() || bytes > limits.replyBytes()) {
                return Result.err(new Failure.Other("query result exceeds limit of " + limits.rows() + " rows or "
                        + limits.replyBytes() + " bytes (expected: less; add a LIMIT)"));
            }
        }
        return Result.ok(new Table<>(columns, table));
    }

    /** The number of rows changed. */
    Result<Long, Failure> execute(String sql, Binding binding) {
        return run(
                sql,
                binding,
                statement -> Result.ok(statement.execute() ? 0L : Math.max(0, statement.getLargeUpdateCount())));
    }

    private interface Work<T> {
        Result<T, Failure> on(PreparedStatement statement) throws SQLException;
    }

    /** What the database said when the last call failed; empty when it was not the database that failed it. */
    Optional<SQLException> said() {
        return Optional.ofNullable(said);
    }

    private <T> Result<T, Failure> run(String sql, Binding binding, Work<T> work) {
        said = null;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(Math.max(1, outbound.limits().callMillis() / 1000));
            statement.setMaxRows(outbound.limits().rows() + 1);
            statement.setFetchSize(FETCH);
            binding.to(statement);
            return GuestExecutor.blocking(() -> work.on(statement));
        } catch (BadParameter e) {
            return Result.err(new Failure.BadParameter(message(e)));
        } catch (SQLException e) {
            said = e;
            String state = String.valueOf(e.getSQLState());
            return Result.err(
                    state.startsWith("08")
                            ? new Failure.ConnectionFailed(message(e))
                            : new Failure.QueryFailed(message(e)));
        } catch (ArithmeticException | IllegalArgumentException | java.time.DateTimeException e) {
            return Result.err(new Failure.ValueConversionFailed(String.valueOf(e.getMessage())));
        }
    }

    /** A parameter that the database cannot be given. */
    static final class BadParameter extends SQLException {
        private static final long serialVersionUID = 1L;

        BadParameter(String message) {
            super(message);
        }
    }

    private static String message(@Nullable Throwable e) {
        return e == null ? "no address" : String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            outbound.giveBack();
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("a database was gone before the goodbye: {}", e.toString());
            }
        }
    }
}
