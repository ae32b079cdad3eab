package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.internal.Stat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * The record {@code metadata-hash-value}: changes when a file is modified or replaced, and does not tell its inode.
 */
public record MetadataHash(long lower, long upper) {

    private static final byte[] SECRET = new SecureRandom().generateSeed(16);

    static MetadataHash of(Stat stat) {
        ByteBuffer fields = ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(stat.device())
                .putLong(stat.inode())
                .putLong(stat.size())
                .putLong(stat.modified());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(SECRET);
            ByteBuffer hash = ByteBuffer.wrap(digest.digest(fields.array()));
            return new MetadataHash(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
