package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.PullLimits;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Takes the wanted files out of bundle layers ({@code tar+gzip}). An archive is read whole and checked before the first
 * of its files is stored, so one that breaks a rule at its end leaves nothing. For one thread.
 */
final class Bundle {

    /** What to do with a file. */
    private interface Visit {
        void file(InputStream content, long size) throws IOException;
    }

    private final PullLimits limits;
    private long unpacked;
    private int entries;

    /** @param limits for all archives together that this object reads */
    Bundle(PullLimits limits) {
        this.limits = limits;
    }

    /**
     * Stores the files of an archive that have one of these digests.
     *
     * @param source what to call the archive in messages
     */
    void unpack(Path archive, String source, Set<Digest> wanted, BlobStore blobs) {
        List<Digest> digests = new ArrayList<>();
        Bundle check = new Bundle(limits);
        check.unpacked = unpacked;
        check.entries = entries;
        check.walk(archive, source, (content, size) -> digests.add(digest(content)));
        int[] next = {0};
        walk(archive, source, (content, size) -> {
            Digest digest = digests.get(next[0]++);
            if (wanted.contains(digest) && blobs.size(digest).isEmpty()) {
                blobs.put(content, size);
            }
        });
    }

    private void walk(Path archive, String source, Visit visit) {
        try (InputStream in = open(archive, source)) {
            TarReader tar = new TarReader(in, source, limits.blobBytes());
            for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                if (++entries > limits.bundleEntries()) {
                    throw tooLarge(source + ": more than " + limits.bundleEntries() + " files and folders in bundles");
                }
                if (entry.isFile()) {
                    visit.file(tar.content(), entry.size());
                }
            }
        } catch (IOException e) {
            throw Api.upstream(source + ": " + e.getMessage() + " (expected: a tar archive, compressed with gzip)");
        }
    }

    /** The unpacked bytes, which end in a problem beyond the limit. */
    private InputStream open(Path archive, String source) throws IOException {
        InputStream gzip = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)), 64 * 1024);
        return new FilterInputStream(gzip) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                int n = super.read(target, from, length);
                unpacked += Math.max(0, n);
                if (unpacked > limits.unpackedBytes()) {
                    throw tooLarge(source + ": more than " + limits.unpackedBytes() + " bytes unpacked");
                }
                return n;
            }

            @Override
            public long skip(long bytes) throws IOException {
                long n = super.skip(bytes);
                unpacked += n;
                if (unpacked > limits.unpackedBytes()) {
                    throw tooLarge(source + ": more than " + limits.unpackedBytes() + " bytes unpacked");
                }
                return n;
            }
        };
    }

    private static Digest digest(InputStream content) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[16 * 1024];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            sha256.update(buffer, 0, n);
        }
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    private static Problem tooLarge(String found) {
        return new Problem(
                Problem.Code.TOO_LARGE,
                Problem.WhoFailed.UPSTREAM,
                false,
                found + " (expected: at most that)",
                null,
                null);
    }
}
