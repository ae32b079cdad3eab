package dev.polder.wasm.service;

import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A body that is in memory and goes out in pieces, as its reader takes them; tells when it is no longer needed. */
final class PieceBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private static final int PIECE = 32 * 1024;

    private final byte[] bytes;
    private final Runnable done;
    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();
    private Flow.@Nullable Subscriber<? super ByteBuffer> reader;
    private int at;

    private PieceBody(byte[] bytes, Runnable done) {
        this.bytes = bytes;
        this.done = done;
    }

    /**
     * The body of some bytes, which nobody changes.
     *
     * @param done called once, when all is handed over or nobody wants it any more
     */
    static HttpBody of(byte[] bytes, Runnable done) {
        return new HttpBody(
                new PieceBody(bytes, done),
                CompletableFuture.completedFuture(List.of()),
                OptionalLong.of(bytes.length));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        reader = subscriber;
        subscriber.onSubscribe(this);
        if (bytes.length == 0) {
            end(subscriber);
        }
    }

    /** Whoever asks first while nobody hands over does so, also for those who ask meanwhile. */
    @Override
    public void request(long count) {
        if (demand.getAndUpdate(n -> n + count < 0 ? Long.MAX_VALUE : n + count) != 0) {
            return;
        }
        Flow.Subscriber<? super ByteBuffer> to = Objects.requireNonNull(reader, "it asked");
        do {
            if (told.get()) {
                return;
            }
            int length = Math.min(PIECE, bytes.length - at);
            ByteBuffer piece = ByteBuffer.wrap(bytes, at, length).slice();
            at += length;
            to.onNext(piece);
            if (at == bytes.length) {
                end(to);
                return;
            }
        } while (demand.decrementAndGet() > 0);
    }

    private void end(Flow.Subscriber<? super ByteBuffer> to) {
        if (!told.getAndSet(true)) {
            done.run();
            to.onComplete();
        }
    }

    @Override
    public void cancel() {
        if (!told.getAndSet(true)) {
            done.run();
        }
    }
}
