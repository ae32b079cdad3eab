package dev.polder.wasm.capability;

import dev.polder.wasm.capability.SpinPostgres4.BoundDecimal;
import dev.polder.wasm.capability.SpinPostgres4.BoundInt32;
import dev.polder.wasm.capability.SpinPostgres4.BoundInt64;
import dev.polder.wasm.capability.SpinPostgres4.Column;
import dev.polder.wasm.capability.SpinPostgres4.DbDataType;
import dev.polder.wasm.capability.SpinPostgres4.DbError;
import dev.polder.wasm.capability.SpinPostgres4.DbValue;
import dev.polder.wasm.capability.SpinPostgres4.Extra;
import dev.polder.wasm.capability.SpinPostgres4.Failure;
import dev.polder.wasm.capability.SpinPostgres4.ParameterValue;
import dev.polder.wasm.capability.SpinPostgres4.QueryError;
import dev.polder.wasm.capability.SpinPostgres4.RangeBoundKind;
import dev.polder.wasm.capability.SpinPostgres4.RangeOfDecimal;
import dev.polder.wasm.capability.SpinPostgres4.RangeOfInt32;
import dev.polder.wasm.capability.SpinPostgres4.RangeOfInt64;
import dev.polder.wasm.capability.SpinPostgres4.RowSet;
import dev.polder.wasm.capability.SpinPostgres4.Span;
import dev.polder.wasm.capability.internal.PostgresText;
import dev.polder.wasm.component.Result;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Values of PostgreSQL by the types of {@link SpinPostgres4}, both ways; those of {@link SpinPostgres3} as there. */
final class Postgres4Values implements JdbcSession.Rows<Column, DbValue> {

    private static final Postgres4Values READER = new Postgres4Values();
    private static final int MICROS = 1_000_000;

    private Postgres4Values() {}

    static Result<RowSet, SpinRdbms.Failure> query(JdbcSession session, String statement, List<ParameterValue> params) {
        PostgresText text = PostgresText.of(statement);
        return switch (session.query(text.sql(), prepared -> bind(prepared, text, params), READER)) {
            case Result.Ok<JdbcSession.Table<Column, DbValue>, SpinRdbms.Failure>(
                    JdbcSession.Table<Column, DbValue> table) -> Result.ok(new RowSet(table.columns(), table.rows()));
            case Result.Err<JdbcSession.Table<Column, DbValue>, SpinRdbms.Failure>(SpinRdbms.Failure error) ->
                Result.err(error);
        };
    }

    static Result<Long, SpinRdbms.Failure> execute(JdbcSession session, String statement, List<ParameterValue> params) {
        PostgresText text = PostgresText.of(statement);
        return session.execute(text.sql(), prepared -> bind(prepared, text, params));
    }

    /** @param said what the database said, if it was the database */
    static Failure failure(SpinRdbms.Failure failure, Optional<SQLException> said) {
        return switch (failure) {
            case SpinRdbms.Failure.ConnectionFailed(String message) -> new Failure.ConnectionFailed(message);
            case SpinRdbms.Failure.BadParameter(String message) -> new Failure.BadParameter(message);
            case SpinRdbms.Failure.ValueConversionFailed(String message) -> new Failure.ValueConversionFailed(message);
            case SpinRdbms.Failure.Other(String message) -> new Failure.Other(message);
            case SpinRdbms.Failure.QueryFailed(String message) ->
                new Failure.QueryFailed(said.map(exception -> report(exception, message))
                        .orElseGet(() -> new QueryError.Text(message)));
        };
    }

    private static QueryError report(SQLException said, String message) {
        ServerErrorMessage report = said instanceof PSQLException e ? e.getServerErrorMessage() : null;
        if (report == null) {
            return new QueryError.Text(message);
        }
        List<Extra> extras = new ArrayList<>();
        extra(extras, "column", report.getColumn());
        extra(extras, "constraint", report.getConstraint());
        extra(extras, "routine", report.getRoutine());
        extra(extras, "hint", report.getHint());
        extra(extras, "table", report.getTable());
        extra(extras, "datatype", report.getDatatype());
        extra(extras, "schema", report.getSchema());
        extra(extras, "file", report.getFile());
        extra(extras, "line", report.getLine() == 0 ? null : Integer.toString(report.getLine()));
        extra(extras, "where_", report.getWhere());
        return new QueryError.FromServer(new DbError(
                message,
                text(report.getSeverity()),
                text(report.getSQLState()),
                text(report.getMessage()),
                Optional.ofNullable(report.getDetail()),
                extras));
    }

    private static void extra(List<Extra> extras, String name, @Nullable String value) {
        if (value != null) {
            extras.add(new Extra(name, value));
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
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

    private static void bind(PreparedStatement prepared, int at, ParameterValue param) throws SQLException {
        switch (param) {
            case SpinPostgres4.Uuid(String value) -> prepared.setObject(at, UUID.fromString(value));
            case SpinPostgres4.Jsonb(byte[] value) ->
                prepared.setObject(at, object("jsonb", new String(value, StandardCharsets.UTF_8)));
            case SpinPostgres4.Decimal(String value) -> prepared.setBigDecimal(at, new BigDecimal(value));
            case SpinPostgres4.RangeInt32(RangeOfInt32(var lower, var upper)) ->
                prepared.setObject(
                        at,
                        range(
                                "int4range",
                                lower.map(bound -> new Bound(Integer.toString(bound.value()), bound.kind())),
                                upper.map(bound -> new Bound(Integer.toString(bound.value()), bound.kind()))));
            case SpinPostgres4.RangeInt64(RangeOfInt64(var lower, var upper)) ->
                prepared.setObject(
                        at,
                        range(
                                "int8range",
                                lower.map(bound -> new Bound(Long.toString(bound.value()), bound.kind())),
                                upper.map(bound -> new Bound(Long.toString(bound.value()), bound.kind()))));
            case SpinPostgres4.RangeDecimal(RangeOfDecimal(var lower, var upper)) ->
                prepared.setObject(
                        at, range("numrange", lower.map(Postgres4Values::bound), upper.map(Postgres4Values::bound)));
            case SpinPostgres4.ArrayInt32(List<Optional<Integer>> values) -> array(prepared, at, "int4", values);
            case SpinPostgres4.ArrayInt64(List<Optional<Long>> values) -> array(prepared, at, "int8", values);
            case SpinPostgres4.ArrayDecimal(List<Optional<String>> values) ->
                array(
                        prepared,
                        at,
                        "numeric",
                        values.stream().map(value -> value.map(BigDecimal::new)).toList());
            case SpinPostgres4.ArrayStr(List<Optional<String>> values) -> array(prepared, at, "text", values);
            case SpinPostgres4.Interval(Span(long micros, int days, int months)) ->
                prepared.setObject(
                        at,
                        object(
                                "interval",
                                months + " mons " + days + " days "
                                        + BigDecimal.valueOf(micros, 6).toPlainString() + " secs"));
            default -> PostgresValues.bind(prepared, at, older(param));
        }
    }

    private static SpinPostgres3.ParameterValue older(ParameterValue param) {
        return switch (param) {
            case SpinPostgres4.Bool(boolean value) -> new SpinPostgres3.ParameterValue.Bool(value);
            case SpinPostgres4.Int8(byte value) -> new SpinPostgres3.ParameterValue.Int8(value);
            case SpinPostgres4.Int16(short value) -> new SpinPostgres3.ParameterValue.Int16(value);
            case SpinPostgres4.Int32(int value) -> new SpinPostgres3.ParameterValue.Int32(value);
            case SpinPostgres4.Int64(long value) -> new SpinPostgres3.ParameterValue.Int64(value);
            case SpinPostgres4.Floating32(float value) -> new SpinPostgres3.ParameterValue.Floating32(value);
            case SpinPostgres4.Floating64(double value) -> new SpinPostgres3.ParameterValue.Floating64(value);
            case SpinPostgres4.Str(String value) -> new SpinPostgres3.ParameterValue.Str(value);
            case SpinPostgres4.Binary(byte[] value) -> new SpinPostgres3.ParameterValue.Binary(value);
            case SpinPostgres4.Date(var value) -> new SpinPostgres3.ParameterValue.Date(value);
            case SpinPostgres4.Time(var value) -> new SpinPostgres3.ParameterValue.Time(value);
            case SpinPostgres4.Datetime(var value) -> new SpinPostgres3.ParameterValue.Datetime(value);
            case SpinPostgres4.Timestamp(long value) -> new SpinPostgres3.ParameterValue.Timestamp(value);
            case SpinPostgres4.DbNull() -> new SpinPostgres3.ParameterValue.DbNull();
            default -> throw new IllegalArgumentException(param + " (expected: a type of both versions)");
        };
    }

    private static PGobject object(String type, String value) throws SQLException {
        PGobject object = new PGobject();
        object.setType(type);
        object.setValue(value);
        return object;
    }

    private static void array(PreparedStatement prepared, int at, String type, List<? extends Optional<?>> values)
            throws SQLException {
        @Nullable Object[] elements = new @Nullable Object[values.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = values.get(i).orElse(null);
        }
        prepared.setArray(at, prepared.getConnection().createArrayOf(type, elements));
    }

    /** One end of a range, as PostgreSQL writes its value. */
    private record Bound(String value, RangeBoundKind kind) {}

    private static Bound bound(BoundDecimal bound) {
        return new Bound(new BigDecimal(bound.value()).toPlainString(), bound.kind());
    }

    private static PGobject range(String type, Optional<Bound> lower, Optional<Bound> upper) throws SQLException {
        String text = (isInclusive(lower) ? "[" : "(")
                + lower.map(Bound::value).orElse("") + ","
                + upper.map(Bound::value).orElse("")
                + (isInclusive(upper) ? "]" : ")");
        return object(type, text);
    }

    private static boolean isInclusive(Optional<Bound> bound) {
        return bound.filter(end -> end.kind() == RangeBoundKind.INCLUSIVE).isPresent();
    }

    @Override
    public Column column(ResultSetMetaData meta, int index) throws SQLException {
        String name = meta.getColumnTypeName(index);
        DbDataType type = switch (name) {
            case "bool" -> new DbDataType.Bool();
            case "char" -> new DbDataType.Int8();
            case "int2", "smallserial" -> new DbDataType.Int16();
            case "int4", "serial" -> new DbDataType.Int32();
            case "int8", "bigserial" -> new DbDataType.Int64();
            case "float4" -> new DbDataType.Floating32();
            case "float8" -> new DbDataType.Floating64();
            case "text", "varchar", "bpchar" -> new DbDataType.Str();
            case "bytea" -> new DbDataType.Binary();
            case "date" -> new DbDataType.Date();
            case "time" -> new DbDataType.Time();
            case "timestamp" -> new DbDataType.Datetime();
            case "timestamptz" -> new DbDataType.Timestamp();
            case "uuid" -> new DbDataType.Uuid();
            case "jsonb" -> new DbDataType.Jsonb();
            case "numeric" -> new DbDataType.Decimal();
            case "int4range" -> new DbDataType.RangeInt32();
            case "int8range" -> new DbDataType.RangeInt64();
            case "numrange" -> new DbDataType.RangeDecimal();
            case "_int4" -> new DbDataType.ArrayInt32();
            case "_int8" -> new DbDataType.ArrayInt64();
            case "_numeric" -> new DbDataType.ArrayDecimal();
            case "_text", "_varchar", "_bpchar" -> new DbDataType.ArrayStr();
            case "interval" -> new DbDataType.Interval();
            default -> new DbDataType.Other(name);
        };
        return new Column(meta.getColumnLabel(index), type);
    }

    @Override
    public DbValue value(ResultSet rows, int index, Column column) throws SQLException {
        DbValue value = switch (column.dataType()) {
            case DbDataType.Bool() -> older(rows, index, SpinPostgres3.DbDataType.BOOLEAN);
            case DbDataType.Int8() -> older(rows, index, SpinPostgres3.DbDataType.INT8);
            case DbDataType.Int16() -> older(rows, index, SpinPostgres3.DbDataType.INT16);
            case DbDataType.Int32() -> older(rows, index, SpinPostgres3.DbDataType.INT32);
            case DbDataType.Int64() -> older(rows, index, SpinPostgres3.DbDataType.INT64);
            case DbDataType.Floating32() -> older(rows, index, SpinPostgres3.DbDataType.FLOATING32);
            case DbDataType.Floating64() -> older(rows, index, SpinPostgres3.DbDataType.FLOATING64);
            case DbDataType.Str() -> older(rows, index, SpinPostgres3.DbDataType.STR);
            case DbDataType.Binary() -> older(rows, index, SpinPostgres3.DbDataType.BINARY);
            case DbDataType.Date() -> older(rows, index, SpinPostgres3.DbDataType.DATE);
            case DbDataType.Time() -> older(rows, index, SpinPostgres3.DbDataType.TIME);
            case DbDataType.Datetime() -> older(rows, index, SpinPostgres3.DbDataType.DATETIME);
            case DbDataType.Timestamp() -> older(rows, index, SpinPostgres3.DbDataType.TIMESTAMP);
            case DbDataType.Uuid() -> written(rows, index, SpinPostgres4.Uuid::new);
            case DbDataType.Decimal() -> written(rows, index, SpinPostgres4.Decimal::new);
            case DbDataType.Jsonb() ->
                written(rows, index, text -> new SpinPostgres4.Jsonb(text.getBytes(StandardCharsets.UTF_8)));
            case DbDataType.RangeInt32() ->
                range(
                        rows,
                        index,
                        bound -> new BoundInt32(Integer.parseInt(bound.value()), bound.kind()),
                        (lower, upper) -> new SpinPostgres4.RangeInt32(new RangeOfInt32(lower, upper)));
            case DbDataType.RangeInt64() ->
                range(
                        rows,
                        index,
                        bound -> new BoundInt64(Long.parseLong(bound.value()), bound.kind()),
                        (lower, upper) -> new SpinPostgres4.RangeInt64(new RangeOfInt64(lower, upper)));
            case DbDataType.RangeDecimal() ->
                range(
                        rows,
                        index,
                        bound -> new BoundDecimal(bound.value(), bound.kind()),
                        (lower, upper) -> new SpinPostgres4.RangeDecimal(new RangeOfDecimal(lower, upper)));
            case DbDataType.ArrayInt32() -> array(rows, index, Integer.class, SpinPostgres4.ArrayInt32::new);
            case DbDataType.ArrayInt64() -> array(rows, index, Long.class, SpinPostgres4.ArrayInt64::new);
            case DbDataType.ArrayStr() -> array(rows, index, String.class, SpinPostgres4.ArrayStr::new);
            case DbDataType.ArrayDecimal() ->
                array(
                        rows,
                        index,
                        BigDecimal.class,
                        elements -> new SpinPostgres4.ArrayDecimal(elements.stream()
                                .map(element -> element.map(BigDecimal::toPlainString))
                                .toList()));
            case DbDataType.Interval() -> interval(rows.getObject(index, PGInterval.class));
            case DbDataType.Other _ ->
                written(rows, index, text -> new SpinPostgres4.Unsupported(text.getBytes(StandardCharsets.UTF_8)));
        };
        return rows.wasNull() ? new SpinPostgres4.DbNull() : value;
    }

    private static DbValue older(ResultSet rows, int index, SpinPostgres3.DbDataType type) throws SQLException {
        return switch (PostgresValues.READER.value(rows, index, new SpinPostgres3.Column("", type))) {
            case SpinPostgres3.DbValue.Bool(boolean value) -> new SpinPostgres4.Bool(value);
            case SpinPostgres3.DbValue.Int8(byte value) -> new SpinPostgres4.Int8(value);
            case SpinPostgres3.DbValue.Int16(short value) -> new SpinPostgres4.Int16(value);
            case SpinPostgres3.DbValue.Int32(int value) -> new SpinPostgres4.Int32(value);
            case SpinPostgres3.DbValue.Int64(long value) -> new SpinPostgres4.Int64(value);
            case SpinPostgres3.DbValue.Floating32(float value) -> new SpinPostgres4.Floating32(value);
            case SpinPostgres3.DbValue.Floating64(double value) -> new SpinPostgres4.Floating64(value);
            case SpinPostgres3.DbValue.Str(String value) -> new SpinPostgres4.Str(value);
            case SpinPostgres3.DbValue.Binary(byte[] value) -> new SpinPostgres4.Binary(value);
            case SpinPostgres3.DbValue.Date(var value) -> new SpinPostgres4.Date(value);
            case SpinPostgres3.DbValue.Time(var value) -> new SpinPostgres4.Time(value);
            case SpinPostgres3.DbValue.Datetime(var value) -> new SpinPostgres4.Datetime(value);
            case SpinPostgres3.DbValue.Timestamp(long value) -> new SpinPostgres4.Timestamp(value);
            case SpinPostgres3.DbValue.DbNull(), SpinPostgres3.DbValue.Unsupported() -> new SpinPostgres4.DbNull();
        };
    }

    /** A value by the text that PostgreSQL has for it. */
    private static DbValue written(ResultSet rows, int index, Function<String, DbValue> of) throws SQLException {
        String text = rows.getString(index);
        return text == null ? new SpinPostgres4.DbNull() : of.apply(text);
    }

    /** An array of one dimension; one of more is given as it is written. */
    private static <T> DbValue array(
            ResultSet rows, int index, Class<T> element, Function<List<Optional<T>>, DbValue> of) throws SQLException {
        Array array = rows.getArray(index);
        if (array == null) {
            return new SpinPostgres4.DbNull();
        }
        List<Optional<T>> values = new ArrayList<>();
        for (@Nullable Object value : (@Nullable Object[]) array.getArray()) {
            if (value != null && !element.isInstance(value)) {
                return new SpinPostgres4.Unsupported(array.toString().getBytes(StandardCharsets.UTF_8));
            }
            values.add(Optional.ofNullable(element.cast(value)));
        }
        return of.apply(values);
    }

    /** Source: PostgreSQL, "Range Types": {@code [1,5)}, a side without bound left out. An empty one has no form here. */
    private static <B> DbValue range(
            ResultSet rows, int index, Function<Bound, B> bound, BiFunction<Optional<B>, Optional<B>, DbValue> of)
            throws SQLException {
        String text = rows.getString(index);
        if (text == null) {
            return new SpinPostgres4.DbNull();
        }
        int comma = text.indexOf(',');
        if (comma < 0) {
            return new SpinPostgres4.Unsupported(text.getBytes(StandardCharsets.UTF_8));
        }
        Optional<Bound> lower = bound(text.substring(1, comma), text.charAt(0) == '[');
        Optional<Bound> upper = bound(text.substring(comma + 1, text.length() - 1), text.endsWith("]"));
        return of.apply(lower.map(bound), upper.map(bound));
    }

    private static Optional<Bound> bound(String value, boolean inclusive) {
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(new Bound(value, inclusive ? RangeBoundKind.INCLUSIVE : RangeBoundKind.EXCLUSIVE));
    }

    private static DbValue interval(@Nullable PGInterval value) {
        if (value == null) {
            return new SpinPostgres4.DbNull();
        }
        long minutes = value.getHours() * 60L + value.getMinutes();
        long micros = (minutes * 60 + value.getWholeSeconds()) * MICROS + value.getMicroSeconds();
        return new SpinPostgres4.Interval(new Span(micros, value.getDays(), value.getYears() * 12 + value.getMonths()));
    }

    @Override
    public int size(DbValue value) {
        return switch (value) {
            case SpinPostgres4.Str(String text) -> 2 * text.length();
            case SpinPostgres4.Decimal(String text) -> 2 * text.length();
            case SpinPostgres4.Binary(byte[] bytes) -> bytes.length;
            case SpinPostgres4.Jsonb(byte[] bytes) -> bytes.length;
            case SpinPostgres4.Unsupported(byte[] bytes) -> bytes.length;
            case SpinPostgres4.ArrayInt32(var values) -> 16 * values.size();
            case SpinPostgres4.ArrayInt64(var values) -> 16 * values.size();
            case SpinPostgres4.ArrayDecimal(var values) -> texts(values);
            case SpinPostgres4.ArrayStr(var values) -> texts(values);
            default -> 0;
        };
    }

    private static int texts(List<Optional<String>> values) {
        return values.stream()
                .mapToInt(value -> 16 + value.map(text -> 2 * text.length()).orElse(0))
                .sum();
    }
}
