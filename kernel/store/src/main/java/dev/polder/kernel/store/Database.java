package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The SQL database behind everything durable: SQLite in WAL mode (one writer, several readers) or PostgreSQL.
 *
 * <p>A module that needs tables of its own ships plain SQL migrations on its class path under
 * {@code db/migration/MODULE/}; the file names follow Flyway's {@code V1__what.sql} and one text serves both databases
 * ({@code INSERT … ON CONFLICT … DO UPDATE … RETURNING}, TEXT, BIGINT, no BLOB: bytes go to {@link BlobStore}). Methods
 * block; they are safe for any thread, virtual ones included.
 */
public interface Database extends AutoCloseable {

    /** Work on a connection; it must not keep the connection. */
    @FunctionalInterface
    interface Work<T extends @org.jspecify.annotations.Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** Which engine it is; only for the few statements that cannot be written alike. */
    enum Dialect {
        SQLITE,
        POSTGRESQL
    }

    Dialect dialect();

    /**
     * Runs a write transaction: commits when the work returns, rolls back when it throws. On SQLite writers queue.
     *
     * @throws Problem CONFLICT on a broken unique key, UNAVAILABLE when the database cannot be reached or is full
     */
    <T extends @org.jspecify.annotations.Nullable Object> T write(Work<T> work);

    /** Runs a read on a snapshot; writing through it fails. */
    <T extends @org.jspecify.annotations.Nullable Object> T read(Work<T> work);

    /**
     * Brings the tables of a module up to date.
     *
     * @param module the folder under {@code db/migration/}; its history table is {@code schema_history_MODULE}
     * @throws Problem CONFLICT when the data were written by a newer version
     */
    void migrate(String module);

    @Override
    void close();
}
