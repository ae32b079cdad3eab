package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/** A body of many chunks that are made as they are asked for, each on the thread that asks. */
public final class Chunks implements Flow.Publisher<ByteBuffer> {

    private final long total;
    private final int size;
    private final List<HttpField> trailers;
    private final CompletableFuture<List<HttpField>> last = new CompletableFuture<>();
    private final AtomicLong sent = new AtomicLong();

    private Chunks(long total, int size, List<HttpField> trailers) {
        this.total = total;
        this.size = size;
        this.trailers = trailers;
    }

    public static HttpBody body(long total, int size, List<HttpField> trailers) {
        Chunks chunks = new Chunks(total, size, trailers);
        return new HttpBody(chunks, chunks.last, OptionalLong.empty());
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
        to.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                for (long i = 0; i < count && sent.get() < total; i++) {
                    int part = (int) Math.min(size, total - sent.get());
                    sent.addAndGet(part);
                    byte[] bytes = new byte[part];
                    java.util.Arrays.fill(bytes, (byte) 'x');
                    to.onNext(ByteBuffer.wrap(bytes));
                    if (sent.get() == total) {
                        last.complete(trailers);
                        to.onComplete();
                    }
                }
            }

            @Override
            public void cancel() {
                last.cancel(false);
            }
        });
    }
}
