package dev.polder.wasm.capability;

import dev.polder.wasm.capability.SpinPostgres3.Day;
import dev.polder.wasm.capability.SpinPostgres3.DayAndTime;
import dev.polder.wasm.capability.SpinPostgres3.TimeOfDay;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code spin:postgres/postgres@4.0.0} of one instance: as {@link SpinPostgres3}, with more types and what the server said. */
public final class SpinPostgres4 implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of(
                    "spin:postgres/postgres", "4.0.0", SpinPostgres4.class)
            .resource("connection", Connection.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record ConnectionFailed(String message) implements Failure {}

        record BadParameter(String message) implements Failure {}

        record QueryFailed(QueryError error) implements Failure {}

        record ValueConversionFailed(String message) implements Failure {}

        record Other(String message) implements Failure {}
    }

    /** {@code variant query-error}. */
    public sealed interface QueryError {
        record Text(String message) implements QueryError {}

        @Wit("db-error")
        record FromServer(DbError error) implements QueryError {}
    }

    /** {@code record db-error}: what PostgreSQL says of an error. */
    public record DbError(
            String asText, String severity, String code, String message, Optional<String> detail, List<Extra> extras) {}

    /** {@code tuple<string, string>}: a field of the server's report by name. */
    public record Extra(String name, String value) {}

    /** {@code variant db-data-type}. */
    public sealed interface DbDataType {
        @Wit("boolean")
        record Bool() implements DbDataType {}

        record Int8() implements DbDataType {}

        record Int16() implements DbDataType {}

        record Int32() implements DbDataType {}

        record Int64() implements DbDataType {}

        record Floating32() implements DbDataType {}

        record Floating64() implements DbDataType {}

        record Str() implements DbDataType {}

        record Binary() implements DbDataType {}

        record Date() implements DbDataType {}

        record Time() implements DbDataType {}

        record Datetime() implements DbDataType {}

        record Timestamp() implements DbDataType {}

        record Uuid() implements DbDataType {}

        record Jsonb() implements DbDataType {}

        record Decimal() implements DbDataType {}

        record RangeInt32() implements DbDataType {}

        record RangeInt64() implements DbDataType {}

        record RangeDecimal() implements DbDataType {}

        record ArrayInt32() implements DbDataType {}

        record ArrayInt64() implements DbDataType {}

        record ArrayDecimal() implements DbDataType {}

        record ArrayStr() implements DbDataType {}

        record Interval() implements DbDataType {}

        /** By PostgreSQL's name. */
        record Other(String name) implements DbDataType {}
    }

    /** {@code enum range-bound-kind}. */
    public enum RangeBoundKind {
        INCLUSIVE,
        EXCLUSIVE
    }

    /** {@code tuple<s32, range-bound-kind>}. */
    public record BoundInt32(int value, RangeBoundKind kind) {}

    /** {@code tuple<s64, range-bound-kind>}. */
    public record BoundInt64(long value, RangeBoundKind kind) {}

    /** {@code tuple<string, range-bound-kind>}. */
    public record BoundDecimal(String value, RangeBoundKind kind) {}

    /** A range; a side without bound is empty. */
    public record RangeOfInt32(Optional<BoundInt32> lower, Optional<BoundInt32> upper) {}

    /** A range; a side without bound is empty. */
    public record RangeOfInt64(Optional<BoundInt64> lower, Optional<BoundInt64> upper) {}

    /** A range; a side without bound is empty. */
    public record RangeOfDecimal(Optional<BoundDecimal> lower, Optional<BoundDecimal> upper) {}

    /** {@code record interval}. */
    public record Span(long micros, int days, int months) {}

    /** {@code variant db-value}. */
    public sealed interface DbValue {}

    /** {@code variant parameter-value}: the cases of {@link DbValue} but {@link Unsupported}. */
    public sealed interface ParameterValue {}

    @Wit("boolean")
    public record Bool(boolean value) implements DbValue, ParameterValue {}

    public record Int8(byte value) implements DbValue, ParameterValue {}

    public record Int16(short value) implements DbValue, ParameterValue {}

    public record Int32(int value) implements DbValue, ParameterValue {}

    public record Int64(long value) implements DbValue, ParameterValue {}

    public record Floating32(float value) implements DbValue, ParameterValue {}

    public record Floating64(double value) implements DbValue, ParameterValue {}

    public record Str(String value) implements DbValue, ParameterValue {}

    @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
    public record Binary(byte[] value) implements DbValue, ParameterValue {}

    public record Date(Day value) implements DbValue, ParameterValue {}

    public record Time(TimeOfDay value) implements DbValue, ParameterValue {}

    public record Datetime(DayAndTime value) implements DbValue, ParameterValue {}

    /** Seconds since 1970. */
    public record Timestamp(long value) implements DbValue, ParameterValue {}

    public record Uuid(String value) implements DbValue, ParameterValue {}

    /** JSON in UTF-8. */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
    public record Jsonb(byte[] value) implements DbValue, ParameterValue {}

    /** In decimal digits. */
    public record Decimal(String value) implements DbValue, ParameterValue {}

    public record RangeInt32(RangeOfInt32 value) implements DbValue, ParameterValue {}

    public record RangeInt64(RangeOfInt64 value) implements DbValue, ParameterValue {}

    public record RangeDecimal(RangeOfDecimal value) implements DbValue, ParameterValue {}

    public record ArrayInt32(List<Optional<Integer>> value) implements DbValue, ParameterValue {}

    public record ArrayInt64(List<Optional<Long>> value) implements DbValue, ParameterValue {}

    public record ArrayDecimal(List<Optional<String>> value) implements DbValue, ParameterValue {}

    public record ArrayStr(List<Optional<String>> value) implements DbValue, ParameterValue {}

    public record Interval(Span value) implements DbValue, ParameterValue {}

    public record DbNull() implements DbValue, ParameterValue {}

    /** A value of another type, as PostgreSQL writes it. */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
    public record Unsupported(byte[] value) implements DbValue {}

    /** {@code record column}. */
    public record Column(String name, DbDataType dataType) {}

    /** {@code record row-set}. */
    public record RowSet(List<Column> columns, List<List<DbValue>> rows) {}

    private final Outbound outbound;
    private final Set<Connection> open = new HashSet<>();

    public SpinPostgres4(Outbound outbound) {
        this.outbound = outbound;
    }

    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String address) {
        return switch (SpinPostgres3.session(outbound, address)) {
            case Result.Ok<JdbcSession, SpinRdbms.Failure>(JdbcSession session) -> {
                Connection connection = new Connection(session);
                open.add(connection);
                yield Result.ok(connection);
            }
            case Result.Err<JdbcSession, SpinRdbms.Failure>(SpinRdbms.Failure error) ->
                Result.err(Postgres4Values.failure(error, Optional.empty()));
        };
    }

    /** {@code resource connection}. */
    public final class Connection implements HostResource {
        private final JdbcSession session;

        private Connection(JdbcSession session) {
            this.session = session;
        }

        @Wit("query")
        public Result<RowSet, Failure> query(String statement, List<ParameterValue> params) {
            return switch (Postgres4Values.query(session, statement, params)) {
                case Result.Ok<RowSet, SpinRdbms.Failure>(RowSet rows) -> Result.ok(rows);
                case Result.Err<RowSet, SpinRdbms.Failure>(SpinRdbms.Failure error) ->
                    Result.err(Postgres4Values.failure(error, session.said()));
            };
        }

        @Wit("execute")
        public Result<Long, Failure> execute(String statement, List<ParameterValue> params) {
            return switch (Postgres4Values.execute(session, statement, params)) {
                case Result.Ok<Long, SpinRdbms.Failure>(Long rows) -> Result.ok(rows);
                case Result.Err<Long, SpinRdbms.Failure>(SpinRdbms.Failure error) ->
                    Result.err(Postgres4Values.failure(error, session.said()));
            };
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
