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
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Blobs as files, {@code sha256/ab/ab12…}; what is not finished lies in {@code tmp/} and is swept at the next start. */
final class FileBlobStore implements BlobStore {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path folder;
    private final Path temporary;

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
        return Files.exists(fileOf(digest)) ? digest : put(new ByteArrayInputStream(bytes), bytes.length);
    }

    @Override
    public Digest put(InputStream bytes, long maxBytes) {
        try {
            Path file = Files.createTempFile(temporary, "blob-", "");
            try {
                Digest digest = copy(bytes, file, maxBytes);
                Path target = fileOf(digest);
                if (!Files.exists(target)) {
                    DurableFiles.createFolder(DurableFiles.folderOf(target));
                    DurableFiles.rename(file, target);
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

    @Override
    public Optional<Long> size(Digest digest) {
        try {
            return Optional.of(Files.size(fileOf(digest)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
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
        Path file = fileOf(digest);
        if (!Files.exists(file)) {
            throw Problem.notFound("blob " + digest + ": not there");
        }
        return file;
    }

    private Path fileOf(Digest digest) {
        return folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    private static Problem refused(IOException e) {
        return Problem.unavailable("blob store: " + e.getMessage() + "; nothing was kept", e);
    }
}
