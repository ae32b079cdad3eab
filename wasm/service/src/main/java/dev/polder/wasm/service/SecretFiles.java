package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files with secrets in them: only their owner may read them, where the file system knows owners. */
final class SecretFiles {

    private static final Set<PosixFilePermission> OWN =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** For a file that is made. */
    static final FileAttribute<?>[] OWNER_ONLY =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWN)}
                    : new FileAttribute<?>[0];

    private SecretFiles() {}

    /**
     * The text of such a file.
     *
     * @throws Problem INVALID when others may read it or it is no text, TOO_LARGE, UNAVAILABLE
     */
    static String read(Path file, long maxBytes) {
        try {
            if (OWNER_ONLY.length > 0) {
                Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
                if (!OWN.containsAll(given)) {
                    throw Problem.invalid(file + ": its permissions are " + PosixFilePermissions.toString(given)
                            + " (expected: rw-------, since it holds secrets; chmod 600)");
                }
            }
            if (Files.size(file) > maxBytes) {
                throw Problem.tooLarge(file + ": " + Files.size(file) + " bytes (expected: at most " + maxBytes + ")");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw Problem.unavailable(file + " cannot be read: " + e, e);
        }
    }
}
