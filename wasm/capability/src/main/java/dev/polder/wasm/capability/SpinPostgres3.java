package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.capability.internal.PostgresAddress;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code spin:postgres/postgres@3.0.0} of one instance. */
public final class SpinPostgres3 implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of(
                    "spin:postgres/postgres", "3.0.0", SpinPostgres3.class)
            .resource("connection", Connection.class);

    /** {@code enum db-data-type}. */
    public enum DbDataType {
        BOOLEAN,
        INT8,
        INT16,
        INT32,
        INT64,
        FLOATING32,
        FLOATING64,
        STR,
        BINARY,
        DATE,
        TIME,
        DATETIME,
        TIMESTAMP,
        OTHER
    }

    /** {@code tuple<s32, u8, u8>}: year, month, day. */
    public record Day(int year, int month, int day) {}

    /** {@code tuple<u8, u8, u8, u32>}: hour, minute, second, nanosecond. */
    public record TimeOfDay(int hour, int minute, int second, int nanosecond) {}

    /** {@code tuple<s32, u8, u8, u8, u8, u8, u32>}. */
    public record DayAndTime(int year, int month, int day, int hour, int minute, int second, int nanosecond) {}

    /** {@code variant db-value}. */
    public sealed interface DbValue {
        @Wit("boolean")
        record Bool(boolean value) implements DbValue {}

        record Int8(byte value) implements DbValue {}

        record Int16(short value) implements DbValue {}

        record Int32(int value) implements DbValue {}

        record Int64(long value) implements DbValue {}

        record Floating32(float value) implements DbValue {}

        record Floating64(double value) implements DbValue {}

        record Str(String value) implements DbValue {}

        @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
        record Binary(byte[] value) implements DbValue {}

        record Date(Day value) implements DbValue {}

        record Time(TimeOfDay value) implements DbValue {}

        record Datetime(DayAndTime value) implements DbValue {}

        /** Seconds since 1970. */
        record Timestamp(long value) implements DbValue {}

        record DbNull() implements DbValue {}

        record Unsupported() implements DbValue {}
    }

    /** {@code variant parameter-value}. */
    public sealed interface ParameterValue {
        @Wit("boolean")
        record Bool(boolean value) implements ParameterValue {}

        record Int8(byte value) implements ParameterValue {}

        record Int16(short value) implements ParameterValue {}

        record Int32(int value) implements ParameterValue {}

        record Int64(long value) implements ParameterValue {}

        record Floating32(float value) implements ParameterValue {}

        record Floating64(double value) implements ParameterValue {}

        record Str(String value) implements ParameterValue {}

        @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
        record Binary(byte[] value) implements ParameterValue {}

        record Date(Day value) implements ParameterValue {}

        record Time(TimeOfDay value) implements ParameterValue {}

        record Datetime(DayAndTime value) implements ParameterValue {}

        /** Seconds since 1970. */
        record Timestamp(long value) implements ParameterValue {}

        record DbNull() implements ParameterValue {}
    }

    /** {@code record column}. */
    public record Column(String name, DbDataType dataType) {}

    /** {@code record row-set}. */
    public record RowSet(List<Column> columns, List<List<DbValue>> rows) {}

    private final Outbound outbound;
    private final Set<Connection> open = new HashSet<>();

    public SpinPostgres3(Outbound outbound) {
        this.outbound = outbound;
    }

    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String address) {
        return switch (session(outbound, address)) {
            case Result.Ok<JdbcSession, Failure>(JdbcSession session) -> {
                Connection connection = new Connection(session);
                open.add(connection);
                yield Result.ok(connection);
            }
            case Result.Err<JdbcSession, Failure>(Failure error) -> Result.err(error);
        };
    }

    static Result<JdbcSession, Failure> session(Outbound outbound, String address) {
        try {
            PostgresAddress server = PostgresAddress.parse(address);
            OutboundLimits limits = outbound.limits();
            return JdbcSession.open(
                    outbound,
                    "postgres",
                    server.host(),
                    server.port(),
                    at -> server.connect(
                            at,
                            limits.connectMillis(),
                            limits.callMillis(),
                            limits.replyBytes(),
                            outbound.authorities().file(server.host()).orElse(null)));
        } catch (Problem e) {
            return Result.err(new Failure.ConnectionFailed(e.detail()));
        }
    }

    /** {@code resource connection}. */
    public final class Connection implements HostResource {
        private final JdbcSession session;

        private Connection(JdbcSession session) {
            this.session = session;
        }

        @Wit("query")
        public Result<RowSet, Failure> query(String statement, List<ParameterValue> params) {
            return PostgresValues.query(session, statement, params);
        }

        @Wit("execute")
        public Result<Long, Failure> execute(String statement, List<ParameterValue> params) {
            return PostgresValues.execute(session, statement, params);
        }

        @Override
        public void drop() {
            session.close();
            open.remove(this);
        }
    }

    /** Closes the connections that the guest left open. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Connection::drop);
    }
}
