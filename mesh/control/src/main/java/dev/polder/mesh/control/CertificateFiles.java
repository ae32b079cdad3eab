package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The files of the authority: written whole or not at all, keys for their owner only. */
final class CertificateFiles {

    private static final int MAX_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(OWNER);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private CertificateFiles() {}

    static void folder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, OWNER_FOLDER);
            }
        } catch (IOException e) {
            throw Problem.internal(folder + ": cannot be created: " + e.getMessage(), e);
        }
    }

    /** Writes through a temporary file that only the owner may ever read. */
    static void write(Path file, String text) {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, OWNER_ONLY);
            Files.writeString(temporary, text, StandardCharsets.US_ASCII);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Problem.internal(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    static String read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Problem.invalid(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw Problem.internal(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Refuses a key that others may read: it must be taken as known to them. */
    static void requirePrivate(Path key) {
        try {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(key);
            if (!OWNER.containsAll(found)) {
                throw Problem.invalid(key + ": mode " + PosixFilePermissions.toString(found)
                        + " (expected: rw-------; if others may have read the key, delete the folder instead of"
                        + " changing the mode)");
            }
        } catch (IOException e) {
            throw Problem.internal(key + ": mode cannot be read: " + e.getMessage(), e);
        }
    }
}
