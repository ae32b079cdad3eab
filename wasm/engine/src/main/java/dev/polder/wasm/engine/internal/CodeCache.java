package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machine code on disk: {@code KEY.code} beside {@code KEY.sha256}, which holds the digest of the first.
 *
 * <p>The key is the digest of everything that the code depends on (module, engine, version, flags, processor), so code
 * of another version or machine is never looked at. Code whose digest does not match is taken for absent: an engine must
 * not be given changed code. The folder is made readable for its owner alone, for who can write to it can run code here.
 */
public final class CodeCache {

    private static final Logger LOG = LoggerFactory.getLogger(CodeCache.class);

    private final Path folder;
    private final String environment;
    private final ConcurrentHashMap<Path, Stamp> seen = new ConcurrentHashMap<>();

    /**
     * @param environment what code depends on besides the module: engine, version, flags, processor
     */
    public CodeCache(Path folder, String environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    /**
     * A module's code, when it is there and unchanged. Read and checked in one go: what is mapped could still change.
     */
    public Optional<byte[]> find(Digest module) {
        Path file = code(module);
        try {
            String expected = Files.readString(seal(module), StandardCharsets.US_ASCII);
            Stamp before = Stamp.of(file);
            byte[] code = Files.readAllBytes(file);
            if (Digest.of(code).toString().equals(expected)) {
                seen.put(file, before);
                return Optional.of(code);
            }
            LOG.warn("{} is not the code that was written (expected: {}); compiling anew", file, expected);
        } catch (NoSuchFileException e) {
            // Not there yet: the ordinary case.
            LOG.debug("no code of {} in {}", module, folder);
        } catch (IOException e) {
            LOG.warn("cannot read {}; compiling anew", file, e);
        }
        return Optional.empty();
    }

    /**
     * The file of a module's code that {@link #find} gave or {@link #put} wrote before and that did not change since, for
     * mapping. Files are replaced, never written to, and the folder is the owner's: whoever can write to it can run code here anyway.
     */
    public Optional<Path> findSeen(Digest module) {
        Path file = code(module);
        Stamp stamp = seen.get(file);
        try {
            if (stamp != null && stamp.equals(Stamp.of(file))) {
                return Optional.of(file);
            }
        } catch (IOException e) {
            LOG.debug("{} is gone", file, e);
        }
        seen.remove(file);
        return Optional.empty();
    }

    /** What changes when a file does. */
    private record Stamp(
            long size, FileTime modified, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }

    /** Keeps a module's code. That it cannot is worth a warning, and no more: the module runs without. */
    public void put(Digest module, CodeWriter writer) {
        Path temporary = null;
        try {
            temporary = Files.createTempFile(folder, "new-", ".tmp");
            writer.write(temporary);
            String digest = Digest.of(temporary).toString();
            // First the old seal goes, so that no moment shows the new code under the old seal.
            Files.deleteIfExists(seal(module));
            move(temporary, code(module));
            Path seal = Files.createTempFile(folder, "new-", ".tmp");
            temporary = seal;
            Files.writeString(seal, digest, StandardCharsets.US_ASCII);
            move(seal, seal(module));
            temporary = null;
            seen.put(code(module), Stamp.of(code(module))); // read for its digest just now
        } catch (IOException e) {
            LOG.warn("cannot keep compiled code in {}; it will be compiled again", folder, e);
        } finally {
            delete(temporary);
        }
    }

    /** Takes a module's code away, since the engine refused it. */
    public void drop(Digest module) {
        seen.remove(code(module));
        delete(seal(module));
        delete(code(module));
    }

    /** Writes code to a file that exists and is empty. */
    @FunctionalInterface
    public interface CodeWriter {
        void write(Path file) throws IOException;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(@Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot delete {}", file, e);
        }
    }

    private Path code(Digest module) {
        return folder.resolve(key(module) + ".code");
    }

    private Path seal(Digest module) {
        return folder.resolve(key(module) + ".sha256");
    }

    private String key(Digest module) {
        return Digest.of((environment + "\n" + module.hex()).getBytes(StandardCharsets.UTF_8))
                .hex();
    }
}
