package dev.polder.wasm.capability;

import dev.polder.wasm.capability.SpinRdbms.Column;
import dev.polder.wasm.capability.SpinRdbms.DbDataType;
import dev.polder.wasm.capability.SpinRdbms.DbValue;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.capability.SpinRdbms.ParameterValue;
import dev.polder.wasm.capability.SpinRdbms.RowSet;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code fermyon:spin/postgres@2.0.0} of one instance: as {@link SpinPostgres3}, without the types of times. */
public final class SpinPostgres implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of("fermyon:spin/postgres", "2.0.0", SpinPostgres.class)
            .resource("connection", Connection.class);

    private final Outbound outbound;
    private final Set<Connection> open = new HashSet<>();

    public SpinPostgres(Outbound outbound) {
        this.outbound = outbound;
    }

    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String address) {
        return switch (SpinPostgres3.session(outbound, address)) {
            case Result.Ok<JdbcSession, Failure>(JdbcSession session) -> {
                Connection connection = new Connection(session);
                open.add(connection);
                yield Result.ok(connection);
            }
            case Result.Err<JdbcSession, Failure>(Failure error) -> Result.err(error);
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
            return switch (newer(params)) {
                case Result.Err<List<SpinPostgres3.ParameterValue>, Failure>(Failure error) -> Result.err(error);
                case Result.Ok<List<SpinPostgres3.ParameterValue>, Failure>(List<SpinPostgres3.ParameterValue> newer) ->
                    switch (PostgresValues.query(session, statement, newer)) {
                        case Result.Err<SpinPostgres3.RowSet, Failure>(Failure error) -> Result.err(error);
                        case Result.Ok<SpinPostgres3.RowSet, Failure>(SpinPostgres3.RowSet rows) ->
                            Result.ok(older(rows));
                    };
            };
        }

        @Wit("execute")
        public Result<Long, Failure> execute(String statement, List<ParameterValue> params) {
            return switch (newer(params)) {
                case Result.Err<List<SpinPostgres3.ParameterValue>, Failure>(Failure error) -> Result.err(error);
                case Result.Ok<List<SpinPostgres3.ParameterValue>, Failure>(List<SpinPostgres3.ParameterValue> newer) ->
                    PostgresValues.execute(session, statement, newer);
            };
        }

        @Override
        public void drop() {
            session.close();
            open.remove(this);
        }
    }

    private static Result<List<SpinPostgres3.ParameterValue>, Failure> newer(List<ParameterValue> params) {
        List<SpinPostgres3.ParameterValue> newer = new ArrayList<>(params.size());
        for (ParameterValue param : params) {
            switch (param) {
                case ParameterValue.Bool(boolean value) -> newer.add(new SpinPostgres3.ParameterValue.Bool(value));
                case ParameterValue.Int8(byte value) -> newer.add(new SpinPostgres3.ParameterValue.Int8(value));
                case ParameterValue.Int16(short value) -> newer.add(new SpinPostgres3.ParameterValue.Int16(value));
                case ParameterValue.Int32(int value) -> newer.add(new SpinPostgres3.ParameterValue.Int32(value));
                case ParameterValue.Int64(long value) -> newer.add(new SpinPostgres3.ParameterValue.Int64(value));
                case ParameterValue.Floating32(float value) ->
                    newer.add(new SpinPostgres3.ParameterValue.Floating32(value));
                case ParameterValue.Floating64(double value) ->
                    newer.add(new SpinPostgres3.ParameterValue.Floating64(value));
                case ParameterValue.Str(String value) -> newer.add(new SpinPostgres3.ParameterValue.Str(value));
                case ParameterValue.Binary(byte[] value) -> newer.add(new SpinPostgres3.ParameterValue.Binary(value));
                case ParameterValue.DbNull() -> newer.add(new SpinPostgres3.ParameterValue.DbNull());
                case ParameterValue.Uint8 _,
                        ParameterValue.Uint16 _,
                        ParameterValue.Uint32 _,
                        ParameterValue.Uint64 _ -> {
                    return Result.err(new Failure.BadParameter("PostgreSQL has no unsigned integers"));
                }
            }
        }
        return Result.ok(newer);
    }

    private static RowSet older(SpinPostgres3.RowSet rows) {
        List<Column> columns = rows.columns().stream()
                .map(column -> new Column(column.name(), older(column.dataType())))
                .toList();
        return new RowSet(
                columns,
                rows.rows().stream()
                        .map(row -> row.stream().map(SpinPostgres::older).toList())
                        .toList());
    }

    private static DbDataType older(SpinPostgres3.DbDataType type) {
        return switch (type) {
            case BOOLEAN -> DbDataType.BOOLEAN;
            case INT8 -> DbDataType.INT8;
            case INT16 -> DbDataType.INT16;
            case INT32 -> DbDataType.INT32;
            case INT64 -> DbDataType.INT64;
            case FLOATING32 -> DbDataType.FLOATING32;
            case FLOATING64 -> DbDataType.FLOATING64;
            case STR -> DbDataType.STR;
            case BINARY -> DbDataType.BINARY;
            case DATE, TIME, DATETIME, TIMESTAMP, OTHER -> DbDataType.OTHER;
        };
    }

    private static DbValue older(SpinPostgres3.DbValue value) {
        return switch (value) {
            case SpinPostgres3.DbValue.Bool(boolean v) -> new DbValue.Bool(v);
            case SpinPostgres3.DbValue.Int8(byte v) -> new DbValue.Int8(v);
            case SpinPostgres3.DbValue.Int16(short v) -> new DbValue.Int16(v);
            case SpinPostgres3.DbValue.Int32(int v) -> new DbValue.Int32(v);
            case SpinPostgres3.DbValue.Int64(long v) -> new DbValue.Int64(v);
            case SpinPostgres3.DbValue.Floating32(float v) -> new DbValue.Floating32(v);
            case SpinPostgres3.DbValue.Floating64(double v) -> new DbValue.Floating64(v);
            case SpinPostgres3.DbValue.Str(String v) -> new DbValue.Str(v);
            case SpinPostgres3.DbValue.Binary(byte[] v) -> new DbValue.Binary(v);
            case SpinPostgres3.DbValue.DbNull() -> new DbValue.DbNull();
            case SpinPostgres3.DbValue.Date _,
                    SpinPostgres3.DbValue.Time _,
                    SpinPostgres3.DbValue.Datetime _,
                    SpinPostgres3.DbValue.Timestamp _,
                    SpinPostgres3.DbValue.Unsupported _ -> new DbValue.Unsupported();
        };
    }

    /** Closes the connections that the guest left open. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Connection::drop);
    }
}
