package dev.polder.app;

import dev.polder.app.cli.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A fresh secret at each start for the commands of the same user on the same machine, in a file only they can read. */
final class LocalToken {

    private static final int BYTES = 32;

    private LocalToken() {}

    /** Writes a new one and returns it. */
    static String write(Path data) {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token = "local-" + HexFormat.of().formatHex(random);
        Path file = RunFile.tokenFile(data);
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(temporary, token + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return token;
    }
}
