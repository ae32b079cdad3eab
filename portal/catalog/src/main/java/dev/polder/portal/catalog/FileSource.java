package dev.polder.portal.catalog;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads descriptor files and remembers them by modification time and size, so that a look at an unchanged disk costs one
 * {@code stat} per file. Used by the catalogue's own thread only.
 */
final class FileSource {

    /** A file as it was last read: its documents, or why it has none. Compared by identity. */
    record Contents(
            String digest,
            List<YamlDocument> documents,
            @Nullable Problem failure) {

        static Contents parse(String source, byte[] bytes) {
            String digest = Digest.of(bytes).hex();
            try {
                return new Contents(digest, YamlReader.read(source, bytes), null);
            } catch (Problem e) {
                return new Contents(digest, List.of(), e);
            }
        }
    }

    /** What a change of a file shows in. */
    record Stamp(FileTime modified, long size) {
        static final Stamp MISSING = new Stamp(FileTime.fromMillis(-1), -1);
    }

    private record Cached(Stamp stamp, long readAtMillis, Contents contents) {}

    /** A file changed this shortly before it was read may change again within one tick of its clock. */
    private static final long CLOCK_TICK_MILLIS = 50;

    private final int maxBytes;
    private final Map<Path, Cached> files = new HashMap<>();
    private final Map<Path, Cached> touched = new HashMap<>();

    FileSource(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Forgets the files that were not asked for since the last call. */
    void endRound() {
        files.clear();
        files.putAll(touched);
        touched.clear();
    }

    static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return Stamp.MISSING;
        }
    }

    /**
     * The documents of a file.
     *
     * @throws Problem NOT_FOUND when it is not there; INVALID when it cannot be read
     */
    Contents read(Path file) {
        Cached ready = touched.get(file);
        if (ready != null) {
            return ready.contents();
        }
        Stamp stamp = stamp(file);
        Cached cached = files.get(file);
        boolean fresh = cached != null
                && cached.stamp().equals(stamp)
                && stamp.modified().toMillis() + CLOCK_TICK_MILLIS < cached.readAtMillis();
        if (cached == null || !fresh) {
            long now = System.currentTimeMillis();
            Contents contents = contents(file, stamp);
            boolean same = cached != null && cached.contents().digest().equals(contents.digest());
            cached = new Cached(stamp, now, cached != null && same ? cached.contents() : contents);
        }
        touched.put(file, cached);
        return cached.contents();
    }

    private Contents contents(Path file, Stamp stamp) {
        if (stamp.size() > maxBytes) {
            return new Contents(
                    "too large: " + stamp.size(),
                    List.of(),
                    Problem.tooLarge(stamp.size() + " bytes (expected: at most " + maxBytes + ")")
                            .at(Where.of(file.toString())));
        }
        return Contents.parse(file.toString(), bytes(file, maxBytes));
    }

    /** The first 64 KiB of a file, or nothing when it cannot be read; enough to tell what it is about. */
    static byte[] prefix(Path file) {
        try (java.io.InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(64 * 1024);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /**
     * A file's bytes.
     *
     * @throws Problem NOT_FOUND, TOO_LARGE, or INVALID when it cannot be read
     */
    static byte[] bytes(Path file, int maxBytes) {
        try (java.io.InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw Problem.tooLarge(file + ": more than " + maxBytes + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw Problem.notFound("file " + file + " does not exist");
        } catch (IOException e) {
            throw Problem.invalid("file " + file + " could not be read, " + e);
        }
    }
}
