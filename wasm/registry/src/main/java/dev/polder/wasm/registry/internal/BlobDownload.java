package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.TransferEvent;
import dev.polder.wasm.registry.TransferListener;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A blob as it comes, which ends only when it is exactly what its descriptor says: a wrong length or digest is a
 * {@link Problem} in place of the end, so whoever stores the stream stores nothing else. When the connection breaks it
 * goes on with a range request. For one thread.
 */
final class BlobDownload extends InputStream {

    private static final long PROGRESS_BYTES = 64 * 1024;

    private final Api api;
    private final Descriptor blob;
    private final TransferListener listener;
    private final MessageDigest sha256 = Digest.sha256();
    private @Nullable Answer answer;
    private long offset;
    private long told;
    private int breaks;
    private boolean ended;

    BlobDownload(Api api, Descriptor blob, TransferListener listener) {
        this.api = api;
        this.blob = blob;
        this.listener = listener;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        while (!ended) {
            int n;
            try {
                n = open().body().read(target, from, length);
            } catch (IOException e) {
                resumeAfter(e);
                continue;
            }
            if (n < 0 && offset < blob.size()) {
                resumeAfter(new IOException("ended after " + offset + " of " + blob.size() + " bytes"));
            } else if (n < 0) {
                end();
            } else {
                take(target, from, n);
                return n;
            }
        }
        return -1;
    }

    private void take(byte[] target, int from, int n) {
        offset += n;
        if (offset > blob.size()) {
            throw wrong("more than " + blob.size() + " bytes");
        }
        sha256.update(target, from, n);
        if (offset - told >= PROGRESS_BYTES) {
            told = offset;
            listener.on(new TransferEvent(TransferEvent.Kind.PROGRESS, blob.digest(), offset, blob.size()));
        }
    }

    private void end() {
        ended = true;
        Digest found = new Digest(HexFormat.of().formatHex(sha256.digest()));
        if (!found.equals(blob.digest())) {
            throw wrong("bytes with the digest " + found);
        }
        listener.on(new TransferEvent(TransferEvent.Kind.DONE, blob.digest(), offset, blob.size()));
    }

    private Answer open() throws IOException {
        Answer open = answer;
        if (open != null) {
            return open;
        }
        Map<String, String> headers = offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        Call call = Call.get(api.blob(blob.digest()), headers, api.scope("pull"), 200, 206);
        open = api.send(call);
        answer = open;
        boolean partial = open.status() == 206;
        String range = open.header("Content-Range");
        if (partial && (range == null || !range.startsWith("bytes " + offset + "-"))) {
            throw wrong(
                    "a range \"" + Answer.printable(String.valueOf(range)) + "\" when asked for bytes from " + offset);
        }
        String encoding = open.header("Content-Encoding");
        if (encoding != null && !encoding.equals("identity")) {
            throw wrong("Content-Encoding " + Answer.printable(encoding));
        }
        long expected = partial ? blob.size() - offset : blob.size();
        long announced = open.headers().firstValueAsLong("Content-Length").orElse(expected);
        if (announced != expected) {
            throw wrong("Content-Length " + announced);
        }
        if (!partial && offset > 0) {
            open.body().skipNBytes(offset); // a registry without ranges: the digest tells whether it is the same again
        }
        return open;
    }

    private void resumeAfter(IOException e) {
        close();
        Problem failure = api.broken(Call.get(api.blob(blob.digest()), Map.of(), api.scope("pull"), 200), e);
        if (!failure.retryable() || Thread.currentThread().isInterrupted()) {
            throw failure;
        }
        api.pause(++breaks, null, failure);
        listener.on(new TransferEvent(TransferEvent.Kind.RESUMED, blob.digest(), offset, blob.size()));
    }

    private Problem wrong(String found) {
        return Api.upstream("blob " + blob.digest() + " from " + Addresses.shown(api.blob(blob.digest())) + ": " + found
                + " (expected: " + blob.size() + " bytes with that digest, as the manifest says)");
    }

    @Override
    public void close() {
        Answer open = answer;
        answer = null;
        if (open != null) {
            open.close();
        }
    }
}
