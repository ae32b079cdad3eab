package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * SQLite in one file, in WAL mode.
 *
 * <p>Calls into SQLite are native and would hold the carrier of a virtual thread, so they run on platform threads of our
 * own: one that writes and a few that read, each with its connection. {@code synchronous=FULL} makes a commit survive a
 * power cut; in WAL mode that is one fsync. Whoever waits for a write waits it out even when interrupted: a caller must
 * know whether its change was made.
 */
final class SqliteDatabase implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);
    private static final int READERS = 3;
    private static final int BUSY_MILLIS = 5_000;
    private static final int CLOSE_SECONDS = 10;

    private final String url;
    private final ExecutorService writer;
    private final ExecutorService readers;
    private final ConcurrentLinkedQueue<Connection> readConnections = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread writerThread;
    private @Nullable Connection writeConnection;

    private SqliteDatabase(Path file) {
        this.url = "jdbc:sqlite:" + file.toAbsolutePath();
        this.writer = Executors.newSingleThreadExecutor(work -> {
            Thread thread = Thread.ofPlatform().daemon().name("sqlite-writer").unstarted(work);
            writerThread = thread;
            return thread;
        });
        AtomicInteger number = new AtomicInteger();
        this.readers = Executors.newFixedThreadPool(
                READERS,
                work -> Thread.ofPlatform()
                        .daemon()
                        .name("sqlite-reader-" + number.incrementAndGet())
                        .unstarted(work));
    }

    /**
     * Opens the file, which is made when it is not there.
     *
     * @throws Problem UNAVAILABLE when it cannot be opened, INTERNAL when it is damaged
     */
    static SqliteDatabase open(Path file) {
        SqliteDatabase database = new SqliteDatabase(file);
        try {
            database.write(connection -> null);
        } catch (Problem e) {
            database.close();
            throw e;
        }
        return database;
    }

    private Connection connect(boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        config.setTransactionMode(
                readOnly ? SQLiteConfig.TransactionMode.DEFERRED : SQLiteConfig.TransactionMode.IMMEDIATE);
        Connection connection = config.createConnection(url);
        try {
            if (readOnly) {
                try (var statement = connection.createStatement()) {
                    statement.execute("PRAGMA query_only = 1");
                }
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        if (Thread.currentThread() == writerThread) {
            throw new IllegalStateException("a write inside a write (expected: one transaction)");
        }
        return await(submit(writer, () -> writeNow(work)));
    }

    private <T extends @Nullable Object> T writeNow(Work<T> work) throws SQLException {
        Connection connection = writeConnection;
        if (connection == null) {
            connection = connect(false);
            writeConnection = connection;
        }
        boolean done = false;
        try {
            T result = work.on(connection);
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                rollBack(connection);
            }
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return await(submit(readers, () -> readNow(work)));
    }

    private <T extends @Nullable Object> T readNow(Work<T> work) throws SQLException {
        Connection connection = readConnections.poll();
        if (connection == null) {
            connection = connect(true);
        }
        try {
            return work.on(connection);
        } finally {
            rollBack(connection);
            readConnections.add(connection);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // After a full disk or a read error SQLite has rolled back by itself and says that there is nothing left.
            LOG.atDebug().setCause(e).log("nothing to roll back");
        }
    }

    @Override
    public void migrate(String module) {
        Migrations.of(module).run(this);
    }

    private interface Call<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private static <T extends @Nullable Object> Future<T> submit(ExecutorService threads, Call<T> call) {
        try {
            return threads.submit(call::run);
        } catch (RejectedExecutionException e) {
            throw Problem.unavailable("the database is closed", e);
        }
    }

    private static <T extends @Nullable Object> T await(Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException sql) {
                throw SqlProblems.of(sql);
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(cause);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        for (ExecutorService threads : List.of(readers, writer)) {
            threads.shutdown();
            try {
                if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("the database still works after {} s; closing it all the same", CLOSE_SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        readConnections.forEach(SqliteDatabase::close);
        Connection connection = writeConnection;
        if (connection != null) {
            close(connection);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.atWarn().setCause(e).log("a database connection could not be closed");
        }
    }
}
