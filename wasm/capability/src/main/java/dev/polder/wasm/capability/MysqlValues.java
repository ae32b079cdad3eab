package dev.polder.wasm.capability;

import dev.polder.wasm.capability.SpinRdbms.Column;
import dev.polder.wasm.capability.SpinRdbms.DbDataType;
import dev.polder.wasm.capability.SpinRdbms.DbValue;
import dev.polder.wasm.capability.SpinRdbms.ParameterValue;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of MySQL and MariaDB by their types, both ways. */
final class MysqlValues implements JdbcSession.Rows<Column, DbValue> {

    static final MysqlValues READER = new MysqlValues();

    private MysqlValues() {}

    static JdbcSession.Binding binding(List<ParameterValue> params) {
        return prepared -> {
            int expected = prepared.getParameterMetaData().getParameterCount();
            if (expected != params.size()) {
                throw new JdbcSession.BadParameter(params.size() + " parameters (expected: " + expected + ")");
            }
            for (int i = 0; i < params.size(); i++) {
                bind(prepared, i + 1, params.get(i));
            }
        };
    }

    private static void bind(PreparedStatement prepared, int at, ParameterValue param) throws SQLException {
        switch (param) {
            case ParameterValue.Bool(boolean value) -> prepared.setBoolean(at, value);
            case ParameterValue.Int8(byte value) -> prepared.setByte(at, value);
            case ParameterValue.Int16(short value) -> prepared.setShort(at, value);
            case ParameterValue.Int32(int value) -> prepared.setInt(at, value);
            case ParameterValue.Int64(long value) -> prepared.setLong(at, value);
            case ParameterValue.Uint8(int value) -> prepared.setInt(at, value);
            case ParameterValue.Uint16(int value) -> prepared.setInt(at, value);
            case ParameterValue.Uint32(long value) -> prepared.setLong(at, value);
            case ParameterValue.Uint64(long value) ->
                prepared.setObject(at, new BigInteger(Long.toUnsignedString(value)));
            case ParameterValue.Floating32(float value) -> prepared.setFloat(at, value);
            case ParameterValue.Floating64(double value) -> prepared.setDouble(at, value);
            case ParameterValue.Str(String value) -> prepared.setString(at, value);
            case ParameterValue.Binary(byte[] value) -> prepared.setBytes(at, value);
            case ParameterValue.DbNull() -> prepared.setNull(at, Types.NULL);
        }
    }

    @Override
    public Column column(ResultSetMetaData meta, int index) throws SQLException {
        boolean signed = meta.isSigned(index);
        DbDataType type = switch (meta.getColumnType(index)) {
            case Types.BIT, Types.BOOLEAN -> DbDataType.BOOLEAN;
            case Types.TINYINT -> signed ? DbDataType.INT8 : DbDataType.UINT8;
            case Types.SMALLINT -> signed ? DbDataType.INT16 : DbDataType.UINT16;
            case Types.INTEGER -> signed ? DbDataType.INT32 : DbDataType.UINT32;
            case Types.BIGINT -> signed ? DbDataType.INT64 : DbDataType.UINT64;
            case Types.REAL, Types.FLOAT -> DbDataType.FLOATING32;
            case Types.DOUBLE -> DbDataType.FLOATING64;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB -> DbDataType.STR;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> DbDataType.BINARY;
            default -> DbDataType.OTHER;
        };
        return new Column(meta.getColumnLabel(index), type);
    }

    @Override
    public DbValue value(ResultSet rows, int index, Column column) throws SQLException {
        DbValue value = switch (column.dataType()) {
            case BOOLEAN -> new DbValue.Bool(rows.getBoolean(index));
            case INT8 -> new DbValue.Int8(rows.getByte(index));
            case INT16 -> new DbValue.Int16(rows.getShort(index));
            case INT32 -> new DbValue.Int32(rows.getInt(index));
            case INT64 -> new DbValue.Int64(rows.getLong(index));
            case UINT8 -> new DbValue.Uint8(rows.getInt(index));
            case UINT16 -> new DbValue.Uint16(rows.getInt(index));
            case UINT32 -> new DbValue.Uint32(rows.getLong(index));
            case UINT64 -> uint64(rows.getString(index));
            case FLOATING32 -> new DbValue.Floating32(rows.getFloat(index));
            case FLOATING64 -> new DbValue.Floating64(rows.getDouble(index));
            case STR -> text(rows.getString(index));
            case BINARY -> binary(rows.getBytes(index));
            case OTHER -> rows.getString(index) == null ? new DbValue.DbNull() : new DbValue.Unsupported();
        };
        return rows.wasNull() ? new DbValue.DbNull() : value;
    }

    private static DbValue uint64(@Nullable String number) {
        return number == null ? new DbValue.DbNull() : new DbValue.Uint64(Long.parseUnsignedLong(number));
    }

    private static DbValue text(@Nullable String text) {
        return text == null ? new DbValue.DbNull() : new DbValue.Str(text);
    }

    private static DbValue binary(byte @Nullable [] bytes) {
        return bytes == null ? new DbValue.DbNull() : new DbValue.Binary(bytes);
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
