package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a database's own error means to a caller. */
final class SqlProblems {

    private SqlProblems() {}

    static Problem of(SQLException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLiteException sqlite) {
                return ofSqlite(sqlite);
            }
        }
        return ofState(failure);
    }

    private static Problem ofSqlite(SQLiteException failure) {
        SQLiteErrorCode code = failure.getResultCode();
        // The low byte is the class of the error; the rest says which of its kind (sqlite.org/rescode.html).
        return switch (code.code & 0xff) {
            case 19 -> conflict(failure);
            case 13 -> Problem.unavailable("the disk that holds the database is full; nothing was changed", failure);
            case 5, 6 -> Problem.unavailable("the database is busy; nothing was changed", failure);
            case 8, 10, 14 ->
                Problem.unavailable(
                        "the database file cannot be used: " + failure.getMessage() + "; nothing was changed", failure);
            case 11, 26 ->
                Problem.internal(
                        "the database file is damaged: " + failure.getMessage() + " (restore it from a backup)",
                        failure);
            default -> Problem.internal("SQLite: " + failure.getMessage(), failure);
        };
    }

    /** By SQLSTATE class, as PostgreSQL's appendix A lists them. */
    private static Problem ofState(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (state.equals("23505")) {
            return conflict(failure);
        }
        if (state.startsWith("40")) {
            return Problem.conflict("another transaction changed the same rows; try again");
        }
        if (state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || state.isEmpty()) {
            return Problem.unavailable("the database cannot be used: " + failure.getMessage(), failure);
        }
        if (state.startsWith("28") || state.startsWith("3D")) {
            return Problem.invalid("database sign-in refused: " + failure.getMessage());
        }
        return Problem.internal("PostgreSQL: " + failure.getMessage(), failure);
    }

    private static Problem conflict(SQLException failure) {
        return new Problem(
                Problem.Code.CONFLICT,
                Problem.WhoFailed.CALLER,
                true,
                "the row is there already: " + failure.getMessage(),
                null,
                failure);
    }
}
