package dev.polder.wasm.wasi.p2.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A response as a server would get it; pulls its body when told to. */
public class Collected implements ResponseSink, Flow.Subscriber<ByteBuffer> {

    public final CompletableFuture<Integer> status = new CompletableFuture<>();
    public final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    public final ByteArrayOutputStream soFar = new ByteArrayOutputStream();
    public volatile List<HttpField> headers = List.of();
    public volatile HttpBody body;
    public volatile Flow.Subscription subscription;
    private final long first;

    /** @param first chunks to ask for at once */
    public Collected(long first) {
        this.first = first;
    }

    @Override
    public void respond(int code, List<HttpField> fields, HttpBody sent) {
        headers = fields;
        body = sent;
        sent.chunks().subscribe(this);
        status.complete(code);
    }

    @Override
    public void fail(HttpErrorCode error) {
        status.completeExceptionally(new HttpFailure(error));
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        subscription = to;
        if (first > 0) {
            to.request(first);
        }
    }

    @Override
    public synchronized void onNext(ByteBuffer chunk) {
        byte[] copy = new byte[chunk.remaining()];
        chunk.get(copy);
        soFar.writeBytes(copy);
    }

    public synchronized int size() {
        return soFar.size();
    }

    @Override
    public void onError(Throwable thrown) {
        bytes.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
        bytes.complete(soFar.toByteArray());
    }
}
