package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that one process at a time may use, in a layout with a version number.
 *
 * <p>The lock is the operating system's, so it goes with the process however that ends; the text in the lock file only
 * tells people who it is.
 */
final class DataFolder implements AutoCloseable {

    /** The layout this build writes. */
    static final int VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

    private final Path path;
    private final RandomAccessFile lockFile;
    private final FileLock lock;

    private DataFolder(Path path, RandomAccessFile lockFile, FileLock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static DataFolder open(Path wanted) {
        Path path = wanted.toAbsolutePath().normalize();
        try {
            createPrivate(path);
            DataFolder folder = lock(path);
            try {
                folder.requireVersion();
                return folder;
            } catch (RuntimeException | IOException e) {
                folder.close();
                throw e;
            }
        } catch (IOException e) {
            throw Problem.unavailable("data folder " + path + ": " + e.getMessage() + " (expected: writable)", e);
        }
    }

    /** Only its owner reads it: it holds keys and hashes. */
    private static void createPrivate(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(path);
        }
    }

    private static DataFolder lock(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.resolve("lock").toFile(), "rw");
        try {
            FileLock lock = file.getChannel().tryLock();
            if (lock == null) {
                throw held(path, file);
            }
            file.setLength(0);
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            file.write(
                    ("pid " + ProcessHandle.current().pid() + " since " + now + "\n").getBytes(StandardCharsets.UTF_8));
            return new DataFolder(path, file, lock);
        } catch (OverlappingFileLockException e) {
            Problem problem = held(path, file);
            file.close();
            throw problem;
        } catch (RuntimeException | IOException e) {
            file.close();
            throw e;
        }
    }

    private static Problem held(Path path, RandomAccessFile file) throws IOException {
        byte[] text = new byte[(int) Math.min(file.length(), 200)];
        file.seek(0);
        file.readFully(text);
        String holder = new String(text, StandardCharsets.UTF_8).strip();
        return Problem.unavailable(
                "data folder " + path + ": in use by " + (holder.isEmpty() ? "another process" : holder)
                        + " (expected: free; stop it, or choose another folder with --data)",
                null);
    }

    private void requireVersion() throws IOException {
        Path file = path.resolve("version");
        if (!Files.exists(file)) {
            DurableFiles.write(file, (VERSION + "\n").getBytes(StandardCharsets.UTF_8));
            return;
        }
        String text = Files.readString(file).strip();
        if (!text.matches("\\d{1,9}")) {
            throw Problem.internal("data folder " + path + ": version \"" + text + "\" (expected: a number)", null);
        }
        if (Integer.parseInt(text) > VERSION) {
            throw new Problem(
                    Problem.Code.CONFLICT,
                    Problem.WhoFailed.CALLER,
                    false,
                    "data folder " + path + ": version " + text + ", written by a newer Polder (expected: at most "
                            + VERSION + "; start that one, or choose another folder with --data)",
                    null,
                    null);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            if (lock.isValid()) {
                lockFile.setLength(0);
                lock.release();
            }
            lockFile.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the lock of the data folder could not be released");
        }
    }
}
