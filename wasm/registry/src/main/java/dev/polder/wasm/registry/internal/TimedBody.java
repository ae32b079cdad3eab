package dev.polder.wasm.registry.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A response body whose reads end: the JDK's own stream waits for a silent server for ever.
 *
 * <p>One batch of buffers is asked for at a time, so a fast server fills no memory. Read and closed by one thread;
 * the client's thread fills it.
 */
final class TimedBody extends InputStream implements BodySubscriber<InputStream> {

    private sealed interface Piece {
        record Bytes(List<ByteBuffer> buffers) implements Piece {}

        record End(@Nullable Throwable failure) implements Piece {}
    }

    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final Queue<ByteBuffer> current = new ArrayDeque<>();
    private final Duration idle;
    private final Deadline deadline;
    private volatile boolean closed;
    private boolean ended;

    TimedBody(Duration idle, Deadline deadline) {
        this.idle = idle;
        this.deadline = deadline;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (!subscription.compareAndSet(null, given) || closed) {
            given.cancel();
            return;
        }
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pieces.add(new Piece.Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece.End(failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece.End(null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            ByteBuffer buffer = current.peek();
            if (buffer == null) {
                next();
            } else if (buffer.hasRemaining()) {
                int n = Math.min(length, buffer.remaining());
                buffer.get(target, from, n);
                return n;
            } else {
                current.remove();
                Flow.Subscription source = subscription.get();
                if (current.isEmpty() && source != null) {
                    source.request(1);
                }
            }
        }
        return -1;
    }

    private void next() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        Duration wait = deadline.atMost(idle);
        Piece piece;
        try {
            piece = pieces.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        switch (piece) {
            case null -> throw new HttpTimeoutException("no bytes for " + wait.toMillis() + " ms");
            case Piece.Bytes bytes -> current.addAll(bytes.buffers());
            case Piece.End end -> {
                if (end.failure() != null) {
                    throw new IOException(end.failure().getMessage(), end.failure());
                }
                ended = true;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Flow.Subscription source = subscription.get();
        if (source != null) {
            source.cancel();
        }
    }
}
