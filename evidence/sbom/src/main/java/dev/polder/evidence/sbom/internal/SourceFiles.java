package dev.polder.evidence.sbom.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Files of a source folder that a stranger may have written: bounded, regular, UTF-8. */
final class SourceFiles {

    private SourceFiles() {}

    /**
     * The text of a file, or empty when there is none.
     *
     * @throws Problem INVALID for a link or bytes that are not UTF-8, TOO_LARGE beyond {@code maxBytes}
     */
    static Optional<String> read(Path folder, String name, int maxBytes) {
        Path file = folder.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw Problem.invalid("a link or folder (expected: a regular file)", Where.of(name));
        }
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw Problem.tooLarge(size + " bytes (expected: at most " + maxBytes + ")")
                        .at(Where.of(name));
            }
            return Optional.of(decode(name, Files.readAllBytes(file)));
        } catch (IOException e) {
            throw Problem.internal(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static String decode(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "not UTF-8 (expected: UTF-8 text)",
                    Where.of(name),
                    e);
        }
    }
}
