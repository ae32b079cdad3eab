package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;

/**
 * The blobs of one app in a folder: files by the SHA-256 of their content, and a SQLite file that knows their names.
 *
 * <p>A file is on the disk before its name is committed and goes after its last name: so a name has its whole content,
 * whenever the process or the machine ends, and what was left without a name is deleted at the next opening.
 */
public final class EmbeddedBlobs implements BlobBackend {

    private static final int PAGE = 1_000;
    private static final int BUSY_MILLIS = 5_000;
    private static final int BUFFER = 64 * 1024;

    private final Path files;
    private final Path spool;
    private final BlobLimits limits;
    private final Connection index;
    private final ReentrantLock lock = new ReentrantLock();

    private EmbeddedBlobs(Path folder, BlobLimits limits) throws SQLException {
        this.files = folder.resolve("content");
        this.spool = folder.resolve("incoming");
        this.limits = limits;
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        this.index =
                config.createConnection("jdbc:sqlite:" + folder.toAbsolutePath().resolve("names.db"));
    }

    /**
     * Opens a folder, which is made when it is not there.
     *
     * @throws Problem UNAVAILABLE
     */
    public static EmbeddedBlobs open(Path folder, BlobLimits limits) {
        try {
            Files.createDirectories(folder.resolve("content"));
            Files.createDirectories(folder.resolve("incoming"));
            EmbeddedBlobs opened = new EmbeddedBlobs(folder, limits);
            try {
                opened.createTables();
                opened.deleteLeftovers();
            } catch (SQLException | IOException e) {
                opened.close();
                throw e;
            }
            return opened;
        } catch (SQLException | IOException e) {
            throw Problem.unavailable("the blob store cannot be opened: " + e.getMessage(), e);
        }
    }

    /** The triggers keep the sums, so that a limit costs one row to check. */
    private void createTables() throws SQLException {
        try (Statement statement = index.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS container (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL)"
                            + " WITHOUT ROWID");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS object (container TEXT NOT NULL REFERENCES container ON DELETE"
                            + " CASCADE, name TEXT NOT NULL, content TEXT NOT NULL, size INTEGER NOT NULL, created_at INTEGER NOT"
                            + " NULL, PRIMARY KEY (container, name)) WITHOUT ROWID");
            statement.execute("CREATE INDEX IF NOT EXISTS object_content ON object (content)");
            statement.execute("CREATE TABLE IF NOT EXISTS used (one INTEGER PRIMARY KEY CHECK (one = 1),"
                    + " objects INTEGER NOT NULL, bytes INTEGER NOT NULL)");
            statement.execute("INSERT INTO used VALUES (1, 0, 0) ON CONFLICT DO NOTHING");
            statement.execute("CREATE TRIGGER IF NOT EXISTS used_insert AFTER INSERT ON object BEGIN UPDATE used SET"
                    + " objects = objects + 1, bytes = bytes + new.size; END");
            statement.execute("CREATE TRIGGER IF NOT EXISTS used_update AFTER UPDATE ON object BEGIN UPDATE used SET"
                    + " bytes = bytes + new.size - old.size; END");
            statement.execute("CREATE TRIGGER IF NOT EXISTS used_delete AFTER DELETE ON object BEGIN UPDATE used SET"
                    + " objects = objects - 1, bytes = bytes - old.size; END");
        }
    }

    private void deleteLeftovers() throws SQLException, IOException {
        Set<String> named = new HashSet<>();
        try (Statement statement = index.createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT content FROM object")) {
            while (rows.next()) {
                named.add(rows.getString(1));
            }
        }
        try (Stream<Path> unfinished = Files.list(spool);
                Stream<Path> contents = Files.list(files)) {
            for (Path file : Stream.concat(unfinished, contents).toList()) {
                if (!file.startsWith(files) || !named.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        }
    }

    private interface Work<T> {
        T run() throws SQLException, IOException;
    }

    private <T> T locked(Work<T> work) {
        lock.lock();
        try {
            return work.run();
        } catch (SQLException | IOException e) {
            throw Problem.unavailable("blob store: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** One transaction; then the files of contents that no name has any more go. */
    private void change(Work<List<String>> work) {
        change(List.of(), work);
    }

    /** @param added contents whose files go again when the transaction fails */
    private void change(List<String> added, Work<List<String>> work) {
        locked(() -> {
            index.setAutoCommit(false);
            boolean done = false;
            List<String> perhapsUnnamed;
            try {
                perhapsUnnamed = work.run();
                checkUsed();
                index.commit();
                done = true;
            } finally {
                if (!done) {
                    index.rollback();
                }
                index.setAutoCommit(true);
                if (!done) {
                    deleteUnnamed(added);
                }
            }
            deleteUnnamed(perhapsUnnamed);
            return true;
        });
    }

    private void deleteUnnamed(List<String> contents) throws SQLException, IOException {
        for (String content : contents) {
            if (texts("SELECT content FROM object WHERE content = ? LIMIT 1", content)
                    .isEmpty()) {
                Files.deleteIfExists(files.resolve(content));
            }
        }
    }

    private void checkUsed() throws SQLException {
        try (Statement statement = index.createStatement();
                ResultSet row = statement.executeQuery("SELECT objects, bytes FROM used")) {
            row.next();
            if (row.getLong(1) > limits.objects()) {
                throw Problem.tooLarge(
                        "the blobs of the app: " + row.getLong(1) + " (expected: at most " + limits.objects() + ")");
            }
            if (row.getLong(2) > limits.totalBytes()) {
                throw Problem.tooLarge("the blobs of the app: " + row.getLong(2) + " bytes (expected: at most "
                        + limits.totalBytes() + ")");
            }
        }
    }

    private List<String> texts(String sql, String... parameters) throws SQLException {
        try (PreparedStatement select = prepared(sql, parameters);
                ResultSet rows = select.executeQuery()) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private int update(String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepared(String sql, String... parameters) throws SQLException {
        PreparedStatement statement = index.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setString(i + 1, parameters[i]);
        }
        return statement;
    }

    private static String now() {
        return Long.toString(Instant.now().getEpochSecond());
    }

    @Override
    public void create(String container) {
        limits.checkName("a container", container);
        change(() -> {
            if (update("INSERT INTO container VALUES (?, ?) ON CONFLICT DO NOTHING", container, now()) == 0) {
                throw Problem.invalid("container \"" + container + "\": it is there already");
            }
            return List.of();
        });
    }

    @Override
    public Optional<Instant> container(String container) {
        return locked(() -> texts("SELECT created_at FROM container WHERE name = ?", container).stream()
                .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)))
                .findFirst());
    }

    @Override
    public void deleteContainer(String container) {
        change(() -> {
            List<String> contents = texts("SELECT DISTINCT content FROM object WHERE container = ?", container);
            update("DELETE FROM object WHERE container = ?", container);
            update("DELETE FROM container WHERE name = ?", container);
            return contents;
        });
    }

    @Override
    public void put(String container, String name, Path file) {
        limits.checkName("an object", name);
        try {
            long size = Files.size(file);
            if (size > limits.objectBytes()) {
                throw limits.tooLarge(size);
            }
            String content = digest(file);
            change(List.of(content), () -> {
                Path kept = files.resolve(content);
                if (!Files.exists(kept)) {
                    Files.createLink(kept, file);
                    try (FileChannel folder = FileChannel.open(files, StandardOpenOption.READ)) {
                        folder.force(true);
                    }
                }
                return name(container, name, content, size);
            });
        } catch (IOException e) {
            throw Problem.unavailable("blob store: " + e.getMessage(), e);
        }
    }

    /** The content's digest, once it is on the disk. */
    private static String digest(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.force(true);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (channel.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Gives the content that had the name. */
    private List<String> name(String container, String name, String content, long size) throws SQLException {
        if (texts("SELECT name FROM container WHERE name = ?", container).isEmpty()) {
            throw noContainer(container);
        }
        List<String> before = texts("SELECT content FROM object WHERE container = ? AND name = ?", container, name);
        update(
                "INSERT INTO object VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content,"
                        + " size = excluded.size, created_at = excluded.created_at",
                container,
                name,
                content,
                Long.toString(size),
                now());
        return before;
    }

    static Problem noContainer(String container) {
        return Problem.notFound("container \"" + container + "\": there is none");
    }

    static Problem noObject(String container, String name) {
        return Problem.notFound("object \"" + name + "\": there is none in the container \"" + container + "\"");
    }

    /** A row of the index. */
    private record Named(String content, Stat info) {}

    private Optional<Named> find(String container, String name) throws SQLException {
        try (PreparedStatement select = prepared(
                        "SELECT content, size, created_at FROM object WHERE container = ? AND name = ?",
                        container,
                        name);
                ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(new Named(
                            row.getString(1), new Stat(row.getLong(2), Instant.ofEpochSecond(row.getLong(3)))))
                    : Optional.empty();
        }
    }

    @Override
    public Optional<Stat> info(String container, String name) {
        return locked(() -> find(container, name).map(Named::info));
    }

    @Override
    public Content get(String container, String name, long start, long length) {
        return locked(() -> {
            Named found = find(container, name).orElseThrow(() -> noObject(container, name));
            FileChannel channel = FileChannel.open(files.resolve(found.content()), StandardOpenOption.READ);
            long from = Math.min(start, found.info().size());
            return new Part(channel, from, Math.min(length, found.info().size() - from));
        });
    }

    /** A part of an open file, which stays readable after its name is gone. */
    private static final class Part implements Content {
        private final FileChannel channel;
        private final long size;
        private long position;
        private long left;

        Part(FileChannel channel, long position, long size) {
            this.channel = channel;
            this.position = position;
            this.size = size;
            this.left = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public byte[] read(int max) throws IOException {
            byte[] bytes = new byte[(int) Math.min(max, left)];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, position);
                if (count < 0) {
                    throw new IOException("the blob ends " + left + " bytes early");
                }
                position += count;
                left -= count;
            }
            return bytes;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("a file could not be closed", e);
            }
        }
    }

    @Override
    public Page list(String container, Optional<String> after) {
        return locked(() -> {
            if (container(container).isEmpty()) {
                throw noContainer(container);
            }
            List<String> names = texts(
                    "SELECT name FROM object WHERE container = ? AND name > ? ORDER BY name LIMIT " + (PAGE + 1),
                    container,
                    after.orElse(""));
            boolean last = names.size() <= PAGE;
            return new Page(last ? names : List.copyOf(names.subList(0, PAGE)), last);
        });
    }

    @Override
    public void delete(String container, List<String> names) {
        change(() -> {
            List<String> contents = new ArrayList<>();
            for (String name : names) {
                contents.addAll(texts("SELECT content FROM object WHERE container = ? AND name = ?", container, name));
                update("DELETE FROM object WHERE container = ? AND name = ?", container, name);
            }
            return contents;
        });
    }

    @Override
    public void copy(String container, String name, String toContainer, String toName) {
        limits.checkName("an object", toName);
        change(() -> {
            Named found = find(container, name).orElseThrow(() -> noObject(container, name));
            return name(toContainer, toName, found.content(), found.info().size());
        });
    }

    /** A new file for a value that is being written, on the same disk. */
    Path incoming() throws IOException {
        return Files.createTempFile(spool, "value", "");
    }

    @Override
    public void close() {
        locked(() -> {
            index.close();
            return true;
        });
    }
}
