package dev.polder.wasm.capability;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Wit;
import java.util.List;

/** {@code fermyon:spin/rdbms-types@2.0.0}: the types of {@link SpinPostgres} and {@link SpinMysql}; it has no functions. */
public final class SpinRdbms {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("fermyon:spin/rdbms-types", "2.0.0", SpinRdbms.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record ConnectionFailed(String message) implements Failure {}

        record BadParameter(String message) implements Failure {}

        record QueryFailed(String message) implements Failure {}

        record ValueConversionFailed(String message) implements Failure {}

        record Other(String message) implements Failure {}
    }

    /** {@code enum db-data-type}. */
    public enum DbDataType {
        BOOLEAN,
        INT8,
        INT16,
        INT32,
        INT64,
        UINT8,
        UINT16,
        UINT32,
        UINT64,
        FLOATING32,
        FLOATING64,
        STR,
        BINARY,
        OTHER
    }

    /** {@code variant db-value}. */
    public sealed interface DbValue {
        @Wit("boolean")
        record Bool(boolean value) implements DbValue {}

        record Int8(byte value) implements DbValue {}

        record Int16(short value) implements DbValue {}

        record Int32(int value) implements DbValue {}

        record Int64(long value) implements DbValue {}

        record Uint8(int value) implements DbValue {}

        record Uint16(int value) implements DbValue {}

        record Uint32(long value) implements DbValue {}

        record Uint64(long value) implements DbValue {}

        record Floating32(float value) implements DbValue {}

        record Floating64(double value) implements DbValue {}

        record Str(String value) implements DbValue {}

        @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
        record Binary(byte[] value) implements DbValue {}

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

        record Uint8(int value) implements ParameterValue {}

        record Uint16(int value) implements ParameterValue {}

        record Uint32(long value) implements ParameterValue {}

        record Uint64(long value) implements ParameterValue {}

        record Floating32(float value) implements ParameterValue {}

        record Floating64(double value) implements ParameterValue {}

        record Str(String value) implements ParameterValue {}

        @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
        record Binary(byte[] value) implements ParameterValue {}

        record DbNull() implements ParameterValue {}
    }

    /** {@code record column}. */
    public record Column(String name, DbDataType dataType) {}

    /** {@code record row-set}. */
    public record RowSet(List<Column> columns, List<List<DbValue>> rows) {}
}
