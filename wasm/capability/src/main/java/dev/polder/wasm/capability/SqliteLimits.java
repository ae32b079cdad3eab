package dev.polder.wasm.capability;

import java.time.Duration;

/**
 * What a SQLite database of an app may hold, and what one statement may take.
 *
 * @param databaseBytes of one database
 * @param statementChars of the text of a statement
 * @param valueBytes of one text or blob, and of one row
 * @param rows of one result
 * @param resultBytes of one result, all values together
 * @param time of one statement, waiting for another writer included
 * @param connections of one instance
 */
public record SqliteLimits(
        long databaseBytes,
        int statementChars,
        int valueBytes,
        int rows,
        long resultBytes,
        Duration time,
        int connections) {

    /** 1 GiB, 100,000 characters, 8 MiB a value, 100,000 rows, 32 MiB a result, 5 s, 16 connections. */
    public static final SqliteLimits DEFAULT =
            new SqliteLimits(1L << 30, 100_000, 8 << 20, 100_000, 32L << 20, Duration.ofSeconds(5), 16);
}
