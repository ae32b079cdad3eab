package dev.polder.kernel.store;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Blobs as files, {@code sha256/ab/ab12…}; what is not finished lies in {@code tmp/} and is swept at the next start.
 *
 * <p>A file's time of modification says when its blob was last used: written, read, or found referred to by a
 * collection. Using and deleting hold one lock, so a blob is deleted before it is used, and then written again, or used
 * before it is looked at, and then too young.
 */
final class FileBlobStore implements BlobStore {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final Path temporary;
    private final ReentrantLock using = new ReentrantLock();

    private FileBlobStore(Path folder) {
        this.folder = folder.resolve("sha256");
        this.temporary = folder.resolve("tmp");
    }

    static FileBlobStore open(Path folder) {
        return open(folder, Duration.ZERO);
    }

    /** @param sweepOlderThan how long an unfinished file has lain there that nobody writes any more */
    static FileBlobStore open(Path folder, Duration sweepOlderThan) {
        FileBlobStore store = new FileBlobStore(folder);
        try {
            DurableFiles.createFolder(folder);
            DurableFiles.createFolder(store.folder);
            DurableFiles.createFolder(store.temporary);
            List<Path> unfinished;
            try (Stream<Path> files = Files.list(store.temporary)) {
                unfinished = files.toList();
            }
            Instant before = Instant.now().minus(sweepOlderThan);
            for (Path file : unfinished) {
                if (!Files.getLastModifiedTime(file).toInstant().isAfter(before)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw refused(e);
        }
        return store;
    }

    @Override
    public Digest put(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        return use(digest) ? digest : put(new ByteArrayInputStream(bytes), bytes.length);
    }

    @Override
    public Digest put(InputStream bytes, long maxBytes) {
        try {
            Path file = Files.createTempFile(temporary, "blob-", "");
            try {
                Digest digest = copy(bytes, file, maxBytes);
                using.lock();
                try {
                    if (!use(digest)) {
                        Path target = fileOf(digest);
                        DurableFiles.createFolder(DurableFiles.folderOf(target));
                        DurableFiles.rename(file, target);
                    }
                } finally {
                    using.unlock();
                }
                return digest;
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private static Digest copy(InputStream bytes, Path file, long maxBytes) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        long total = 0;
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                total += n;
                if (total > maxBytes) {
                    throw Problem.tooLarge("blob: more than " + maxBytes + " bytes (expected: at most that)");
                }
                sha256.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
            out.getFD().sync();
        }
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** Marks a blob as used now; false when it is not there. */
    private boolean use(Digest digest) {
        using.lock();
        try {
            Files.setLastModifiedTime(fileOf(digest), FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw refused(e);
        } finally {
            using.unlock();
        }
    }

    @Override
    public Optional<Long> size(Digest digest) {
        try {
            return use(digest) ? Optional.of(Files.size(fileOf(digest))) : Optional.empty();
        } catch (IOException e) {
            throw refused(e);
        }
    }

    @Override
    public byte[] read(Digest digest) {
        try (InputStream in = Files.newInputStream(file(digest))) {
            byte[] bytes = in.readAllBytes();
            Digest found = Digest.of(bytes);
            if (!found.equals(digest)) {
                throw Problem.internal(
                        "blob " + digest + ": its " + bytes.length + " stored bytes have the digest " + found
                                + " (the disk or somebody changed them; restore it from a backup)",
                        null);
            }
            return bytes;
        } catch (IOException e) {
            throw refused(e);
        }
    }

    @Override
    public Path file(Digest digest) {
        if (!use(digest)) {
            throw Problem.notFound("blob " + digest + ": not there");
        }
        return fileOf(digest);
    }

    @Override
    public BlobUse collect(Supplier<Set<Digest>> referenced, Duration spared, boolean dryRun) {
        Set<Digest> kept = referenced.get();
        Set<Digest> missing = new HashSet<>(kept);
        Tally all = new Tally();
        Tally unused = new Tally();
        Tally due = new Tally();
        try {
            for (Path file : files()) {
                Digest digest = new Digest(file.getFileName().toString());
                boolean isUsed = kept.contains(digest);
                using.lock();
                try {
                    boolean isThere = (isUsed && !dryRun) ? use(digest) : Files.exists(file);
                    if (!isThere) {
                        continue; // another collection was here
                    }
                    missing.remove(digest);
                    long size = Files.size(file);
                    all.add(size);
                    if (isUsed) {
                        continue;
                    }
                    unused.add(size);
                    Instant last = Files.getLastModifiedTime(file).toInstant();
                    if (!last.isAfter(Instant.now().minus(spared))) {
                        due.add(size);
                        if (!dryRun) {
                            Files.delete(file);
                        }
                    }
                } finally {
                    using.unlock();
                }
            }
        } catch (IOException e) {
            throw Problem.unavailable("blob store: " + e + "; what is used is there", e);
        }
        return new BlobUse(
                all.count, all.bytes, unused.count, unused.bytes, due.count, due.bytes, missing.size(), !dryRun);
    }

    private static final class Tally {
        long count;
        long bytes;

        void add(long size) {
            count++;
            bytes += size;
        }
    }

    /** The files of blobs, and nothing else that somebody put there. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path one : folders.filter(Files::isDirectory).toList()) {
                try (Stream<Path> inside = Files.list(one)) {
                    inside.filter(file ->
                                    NAME.matcher(file.getFileName().toString()).matches())
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    private Path fileOf(Digest digest) {
        return folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    private static Problem refused(IOException e) {
        return Problem.unavailable("blob store: " + e.getMessage() + "; nothing was kept", e);
    }
}
