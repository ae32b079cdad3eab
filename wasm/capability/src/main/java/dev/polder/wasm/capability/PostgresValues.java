package dev.polder.wasm.capability;

import dev.polder.wasm.capability.SpinPostgres3.Column;
import dev.polder.wasm.capability.SpinPostgres3.Day;
import dev.polder.wasm.capability.SpinPostgres3.DayAndTime;
import dev.polder.wasm.capability.SpinPostgres3.DbDataType;
import dev.polder.wasm.capability.SpinPostgres3.DbValue;
import dev.polder.wasm.capability.SpinPostgres3.ParameterValue;
import dev.polder.wasm.capability.SpinPostgres3.RowSet;
import dev.polder.wasm.capability.SpinPostgres3.TimeOfDay;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.capability.internal.PostgresText;
import dev.polder.wasm.component.Result;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of PostgreSQL by their types, both ways. */
final class PostgresValues implements JdbcSession.Rows<Column, DbValue> {

    static final PostgresValues READER = new PostgresValues();

    private PostgresValues() {}

    static Result<RowSet, Failure> query(JdbcSession session, String statement, List<ParameterValue> params) {
        PostgresText text = PostgresText.of(statement);
        return switch (session.query(text.sql(), prepared -> bind(prepared, text, params), READER)) {
            case Result.Ok<JdbcSession.Table<Column, DbValue>, Failure>(JdbcSession.Table<Column, DbValue> table) ->
                Result.ok(new RowSet(table.columns(), table.rows()));
            case Result.Err<JdbcSession.Table<Column, DbValue>, Failure>(Failure error) -> Result.err(error);
        };
    }

    static Result<Long, Failure> execute(JdbcSession session, String statement, List<ParameterValue> params) {
        PostgresText text = PostgresText.of(statement);
        return session.execute(text.sql(), prepared -> bind(prepared, text, params));
    }

    private static void bind(PreparedStatement prepared, PostgresText text, List<ParameterValue> params)
            throws SQLException {
        if (text.parameters() != params.size()) {
            throw new JdbcSession.BadParameter(params.size() + " parameters (expected: " + text.parameters() + ")");
        }
        for (int i = 0; i < text.order().size(); i++) {
            bind(prepared, i + 1, params.get(text.order().get(i) - 1));
        }
    }

    static void bind(PreparedStatement prepared, int at, ParameterValue param) throws SQLException {
        switch (param) {
            case ParameterValue.Bool(boolean value) -> prepared.setBoolean(at, value);
            case ParameterValue.Int8(byte value) -> prepared.setShort(at, value);
            case ParameterValue.Int16(short value) -> prepared.setShort(at, value);
            case ParameterValue.Int32(int value) -> prepared.setInt(at, value);
            case ParameterValue.Int64(long value) -> prepared.setLong(at, value);
            case ParameterValue.Floating32(float value) -> prepared.setFloat(at, value);
            case ParameterValue.Floating64(double value) -> prepared.setDouble(at, value);
            case ParameterValue.Str(String value) -> prepared.setString(at, value);
            case ParameterValue.Binary(byte[] value) -> prepared.setBytes(at, value);
            case ParameterValue.Date(Day day) ->
                prepared.setObject(at, LocalDate.of(day.year(), day.month(), day.day()));
            case ParameterValue.Time(TimeOfDay time) ->
                prepared.setObject(at, LocalTime.of(time.hour(), time.minute(), time.second(), time.nanosecond()));
            case ParameterValue.Datetime(DayAndTime when) ->
                prepared.setObject(
                        at,
                        LocalDateTime.of(
                                when.year(),
                                when.month(),
                                when.day(),
                                when.hour(),
                                when.minute(),
                                when.second(),
                                when.nanosecond()));
            case ParameterValue.Timestamp(long seconds) ->
                prepared.setObject(at, OffsetDateTime.ofInstant(Instant.ofEpochSecond(seconds), ZoneOffset.UTC));
            case ParameterValue.DbNull() -> prepared.setNull(at, Types.NULL);
        }
    }

    @Override
    public Column column(ResultSetMetaData meta, int index) throws SQLException {
        DbDataType type = switch (meta.getColumnTypeName(index)) {
            case "bool" -> DbDataType.BOOLEAN;
            case "char" -> DbDataType.INT8;
            case "int2", "smallserial" -> DbDataType.INT16;
            case "int4", "serial" -> DbDataType.INT32;
            case "int8", "bigserial" -> DbDataType.INT64;
            case "float4" -> DbDataType.FLOATING32;
            case "float8" -> DbDataType.FLOATING64;
            case "text", "varchar", "bpchar" -> DbDataType.STR;
            case "bytea" -> DbDataType.BINARY;
            case "date" -> DbDataType.DATE;
            case "time" -> DbDataType.TIME;
            case "timestamp" -> DbDataType.DATETIME;
            case "timestamptz" -> DbDataType.TIMESTAMP;
            default -> DbDataType.OTHER;
        };
        return new Column(meta.getColumnLabel(index), type);
    }

    @Override
    public DbValue value(ResultSet rows, int index, Column column) throws SQLException {
        DbValue value = switch (column.dataType()) {
            case BOOLEAN -> new DbValue.Bool(rows.getBoolean(index));
            case INT8 -> int8(rows.getBytes(index));
            case INT16 -> new DbValue.Int16(rows.getShort(index));
            case INT32 -> new DbValue.Int32(rows.getInt(index));
            case INT64 -> new DbValue.Int64(rows.getLong(index));
            case FLOATING32 -> new DbValue.Floating32(rows.getFloat(index));
            case FLOATING64 -> new DbValue.Floating64(rows.getDouble(index));
            case STR -> text(rows.getString(index));
            case BINARY -> binary(rows.getBytes(index));
            case DATE -> date(rows.getObject(index, LocalDate.class));
            case TIME -> time(rows.getObject(index, LocalTime.class));
            case DATETIME -> datetime(rows.getObject(index, LocalDateTime.class));
            case TIMESTAMP -> timestamp(rows.getObject(index, OffsetDateTime.class));
            case OTHER -> rows.getString(index) == null ? new DbValue.DbNull() : new DbValue.Unsupported();
        };
        return rows.wasNull() ? new DbValue.DbNull() : value;
    }

    private static DbValue int8(byte @Nullable [] bytes) {
        return bytes == null || bytes.length == 0 ? new DbValue.DbNull() : new DbValue.Int8(bytes[0]);
    }

    private static DbValue text(@Nullable String text) {
        return text == null ? new DbValue.DbNull() : new DbValue.Str(text);
    }

    private static DbValue binary(byte @Nullable [] bytes) {
        return bytes == null ? new DbValue.DbNull() : new DbValue.Binary(bytes);
    }

    private static DbValue date(@Nullable LocalDate date) {
        return date == null
                ? new DbValue.DbNull()
                : new DbValue.Date(new Day(date.getYear(), date.getMonthValue(), date.getDayOfMonth()));
    }

    private static DbValue time(@Nullable LocalTime time) {
        return time == null
                ? new DbValue.DbNull()
                : new DbValue.Time(new TimeOfDay(time.getHour(), time.getMinute(), time.getSecond(), time.getNano()));
    }

    private static DbValue datetime(@Nullable LocalDateTime when) {
        return when == null
                ? new DbValue.DbNull()
                : new DbValue.Datetime(new DayAndTime(
                        when.getYear(),
                        when.getMonthValue(),
                        when.getDayOfMonth(),
                        when.getHour(),
                        when.getMinute(),
                        when.getSecond(),
                        when.getNano()));
    }

    private static DbValue timestamp(@Nullable OffsetDateTime when) {
        return when == null ? new DbValue.DbNull() : new DbValue.Timestamp(when.toEpochSecond());
    }

    @Override
    public int size(DbValue value) {
        return switch (value) {
            case DbValue.Str(String text) -> 2 * text.length();
            case DbValue.Binary(byte[] bytes) -> bytes.length;
            default -> 0;
        };
    }
}
