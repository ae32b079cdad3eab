package dev.polder.wasm.capability;

import dev.polder.wasm.component.Wit;
import java.util.List;

/** {@code variant value} of Spin's SQLite interfaces, and the records around it. */
public sealed interface SqliteValue {

    @Wit("integer")
    record Int(long value) implements SqliteValue {}

    record Real(double value) implements SqliteValue {}

    record Text(String value) implements SqliteValue {}

    @SuppressWarnings("ArrayRecordComponent") // bytes of a database; never compared
    record Blob(byte[] value) implements SqliteValue {}

    record Null() implements SqliteValue {}

    /** {@code record query-result}. */
    record QueryResult(List<String> columns, List<RowResult> rows) {}

    /** {@code record row-result}. */
    record RowResult(List<SqliteValue> values) {}

    /** {@code variant error}. */
    sealed interface Failure {
        record NoSuchDatabase() implements Failure {}

        record AccessDenied() implements Failure {}

        record InvalidConnection() implements Failure {}

        record DatabaseFull() implements Failure {}

        record Io(String message) implements Failure {}
    }
}
