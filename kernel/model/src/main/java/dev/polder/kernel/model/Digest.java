package dev.polder.kernel.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 content digest, written {@code sha256:HEX} as in the OCI image specification.
 *
 * @param hex 64 lower-case hexadecimal characters
 */
public record Digest(String hex) implements Comparable<Digest> {

    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw Problem.invalid("digest: \"" + hex + "\" (expected: 64 lower-case hexadecimal characters)");
        }
    }

    /** Parses {@code sha256:HEX}. */
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw Problem.invalid("digest: \"" + text + "\" (expected: sha256:HEX)");
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    /** The digest of these bytes. */
    public static Digest of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** The digest of what is from {@code start} to before {@code end}. */
    public static Digest of(byte[] bytes, int start, int end) {
        MessageDigest sha256 = sha256();
        sha256.update(bytes, start, end - start);
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** The digest of a file's content, read in pieces. */
    public static Digest of(Path file) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** A fresh SHA-256; every JDK has it. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
        }
    }

    /** The first seven characters, for people. */
    public String shortForm() {
        return hex.substring(0, 7);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
