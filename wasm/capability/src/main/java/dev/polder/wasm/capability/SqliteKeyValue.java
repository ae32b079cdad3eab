package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The key-value stores of one app in one SQLite file: one writer at a time, readers beside it. A write survives the end of
 * the process; a power cut may take back the last ones, never part of one.
 *
 * <p>Numbers of {@link #increment} are eight bytes, little-endian, as in Spin's embedded store.
 */
public final class SqliteKeyValue implements KeyValueBackend {

    private static final int PAGE = 1_000;
    private static final int BUSY_MILLIS = 5_000;

    private final String url;
    private final KeyValueLimits limits;
    private final ConcurrentLinkedQueue<Connection> readers = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();
    private final Connection writer;
    private volatile boolean closed;

    private SqliteKeyValue(Path file, KeyValueLimits limits) throws SQLException {
        this.url = "jdbc:sqlite:" + file.toAbsolutePath();
        this.limits = limits;
        this.writer = connect();
    }

    /**
     * Opens a file, which is made with its folder when it is not there.
     *
     * @throws Problem UNAVAILABLE
     */
    public static SqliteKeyValue open(Path file, KeyValueLimits limits) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            SqliteKeyValue opened = new SqliteKeyValue(file, limits);
            try {
                opened.createTables();
            } catch (SQLException e) {
                opened.close();
                throw e;
            }
            return opened;
        } catch (SQLException | IOException e) {
            throw Problem.unavailable("the key-value store cannot be opened: " + e.getMessage(), e);
        }
    }

    private Connection connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config.createConnection(url);
    }

    /** The triggers keep the sums, so that a limit costs one row to check. */
    private void createTables() throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS key_value (store TEXT NOT NULL, key TEXT NOT NULL,"
                    + " value BLOB NOT NULL, PRIMARY KEY (store, key)) WITHOUT ROWID");
            statement.execute("CREATE TABLE IF NOT EXISTS used (one INTEGER PRIMARY KEY CHECK (one = 1),"
                    + " keys INTEGER NOT NULL, bytes INTEGER NOT NULL)");
            statement.execute("INSERT INTO used VALUES (1, 0, 0) ON CONFLICT DO NOTHING");
            statement.execute("CREATE TRIGGER IF NOT EXISTS used_insert AFTER INSERT ON key_value BEGIN UPDATE used SET"
                    + " keys = keys + 1, bytes = bytes + octet_length(new.key) + octet_length(new.value); END");
            statement.execute("CREATE TRIGGER IF NOT EXISTS used_update AFTER UPDATE ON key_value BEGIN UPDATE used SET"
                    + " bytes = bytes + octet_length(new.value) - octet_length(old.value); END");
            statement.execute("CREATE TRIGGER IF NOT EXISTS used_delete AFTER DELETE ON key_value BEGIN UPDATE used SET"
                    + " keys = keys - 1, bytes = bytes - octet_length(old.key) - octet_length(old.value); END");
        }
    }

    private interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private <T extends @Nullable Object> T read(Work<T> work) {
        Connection connection = readers.poll();
        try {
            if (closed) {
                throw Problem.unavailable("the key-value store is closed", null);
            }
            if (connection == null) {
                connection = connect();
            }
            return work.on(connection);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            if (connection != null) {
                readers.add(connection);
            }
        }
    }

    private <T extends @Nullable Object> T write(Work<T> work) {
        writing.lock();
        try {
            writer.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.on(writer);
                checkUsed();
                writer.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    writer.rollback();
                }
                writer.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
    }

    private void checkUsed() throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet used = statement.executeQuery("SELECT keys, bytes FROM used")) {
            if (used.next() && (used.getLong(1) > limits.keys() || used.getLong(2) > limits.totalBytes())) {
                throw Problem.tooLarge("the key-value stores of the app are full: " + used.getLong(1) + " keys of "
                        + used.getLong(2) + " bytes (expected: at most " + limits.keys() + " of " + limits.totalBytes()
                        + ")");
            }
        }
    }

    private static Problem failed(SQLException e) {
        return Problem.unavailable("the key-value store failed: " + e.getMessage(), e);
    }

    @Override
    public Optional<Use> use(String store) {
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT count(*),"
                    + " coalesce(sum(octet_length(key) + octet_length(value)), 0) FROM key_value WHERE store = ?")) {
                statement.setString(1, store);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(new Use(rows.getLong(1), rows.getLong(2))) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<byte[]> get(String store, String key) {
        limits.checkKey(key);
        return read(connection -> get(connection, store, key));
    }

    private static Optional<byte[]> get(Connection connection, String store, String key) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT value FROM key_value WHERE store = ? AND key = ?")) {
            statement.setString(1, store);
            statement.setString(2, key);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(Objects.requireNonNullElse(rows.getBytes(1), new byte[0]))
                        : Optional.empty();
            }
        }
    }

    @Override
    public List<Optional<byte[]>> getMany(String store, List<String> keys) {
        keys.forEach(limits::checkKey);
        return read(connection -> {
            List<Optional<byte[]>> values = new ArrayList<>(keys.size());
            for (String key : keys) {
                values.add(get(connection, store, key));
            }
            return values;
        });
    }

    @Override
    public void set(String store, String key, byte[] value) {
        setMany(store, List.of(new Entry(key, value)));
    }

    @Override
    public void setMany(String store, List<Entry> entries) {
        for (Entry entry : entries) {
            limits.checkKey(entry.key());
            limits.checkValue(entry.value());
        }
        this.<@Nullable Void>write(connection -> {
            for (Entry entry : entries) {
                set(connection, store, entry.key(), entry.value());
            }
            return null;
        });
    }

    private static void set(Connection connection, String store, String key, byte[] value) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO key_value (store, key, value) VALUES (?, ?, ?)"
                        + " ON CONFLICT (store, key) DO UPDATE SET value = excluded.value")) {
            statement.setString(1, store);
            statement.setString(2, key);
            statement.setBytes(3, value);
            statement.executeUpdate();
        }
    }

    @Override
    public void delete(String store, String key) {
        deleteMany(store, List.of(key));
    }

    @Override
    public void deleteMany(String store, List<String> keys) {
        keys.forEach(limits::checkKey);
        this.<@Nullable Void>write(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM key_value WHERE store = ? AND key = ?")) {
                for (String key : keys) {
                    statement.setString(1, store);
                    statement.setString(2, key);
                    statement.executeUpdate();
                }
            }
            return null;
        });
    }

    @Override
    public boolean exists(String store, String key) {
        return get(store, key).isPresent();
    }

    @Override
    public Page keys(String store, Optional<String> cursor) {
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT key FROM key_value WHERE store = ? AND key > ? ORDER BY key LIMIT " + (PAGE + 1))) {
                statement.setString(1, store);
                statement.setString(2, cursor.orElse(""));
                List<String> keys = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        keys.add(rows.getString(1));
                    }
                }
                boolean more = keys.size() > PAGE;
                List<String> page = more ? List.copyOf(keys.subList(0, PAGE)) : keys;
                return new Page(page, more ? Optional.of(page.getLast()) : Optional.empty());
            }
        });
    }

    @Override
    public long increment(String store, String key, long delta) {
        limits.checkKey(key);
        return write(connection -> {
            byte[] present = get(connection, store, key).orElse(new byte[Long.BYTES]);
            if (present.length != Long.BYTES) {
                throw Problem.invalid("the value of the key has " + present.length
                        + " bytes (expected: a number of 8 bytes, as increment writes it)");
            }
            long sum = ByteBuffer.wrap(present).order(ByteOrder.LITTLE_ENDIAN).getLong() + delta;
            byte[] next = new byte[Long.BYTES];
            ByteBuffer.wrap(next).order(ByteOrder.LITTLE_ENDIAN).putLong(sum);
            set(connection, store, key, next);
            return sum;
        });
    }

    @Override
    public boolean swap(String store, String key, Optional<byte[]> expected, byte[] value) {
        limits.checkKey(key);
        limits.checkValue(value);
        return write(connection -> {
            byte[] present = get(connection, store, key).orElse(null);
            boolean same = Arrays.equals(present, expected.orElse(null));
            if (same) {
                set(connection, store, key, value);
            }
            return same;
        });
    }

    @Override
    public void close() {
        closed = true;
        writing.lock();
        try {
            writer.close();
            for (Connection reader = readers.poll(); reader != null; reader = readers.poll()) {
                reader.close();
            }
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
    }
}
