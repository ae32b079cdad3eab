package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.wasi.p2.io.ByteSource;
import dev.polder.wasm.wasi.p2.io.Signal;
import dev.polder.wasm.wasi.p2.io.StreamException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/*
 * A body on its way to the guest. The guest's reads grant the credit: a few chunks at most are asked for and not yet read,
 * so that the next ones travel while the guest works, and nothing is asked for before the guest first looks.
 *
 * Guests in the field read without waiting and take nothing for the end, which other hosts forgive since they have the
 * first bytes with the head. So the first read waits a moment for them.
 *
 * onNext and its kin come from any thread, read and ready from the guest's; the lock is held for a few moves only and
 * never while the other side is called.
 */
/** The source of the stream of an {@code incoming-body}. */
final class ReceivedBody implements ByteSource, ChunkSubscriber {

    static final int WINDOW = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** How long the first read waits for the first bytes, in nanoseconds. */
    private static final long FIRST_NANOS = 20_000_000;

    private final HttpBody body;
    private final Signal signal;
    private final long timeoutNanos;
    private final Runnable onEnd;
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private boolean subscribed;
    private boolean ended;
    private boolean discarding;
    private boolean cancelled;
    private @Nullable HttpErrorCode failure;
    private int asked;
    private long askedAt;
    private boolean looked;
    private boolean missed;

    /**
     * @param betweenBytes the longest wait for a chunk that was asked for
     * @param onEnd run once nothing more comes, on any thread, perhaps more than once
     */
    ReceivedBody(HttpBody body, Signal signal, Duration betweenBytes, Runnable onEnd) {
        this.body = body;
        this.signal = signal;
        this.timeoutNanos = betweenBytes.toNanos();
        this.onEnd = onEnd;
    }

    CompletableFuture<List<HttpField>> trailers() {
        return body.trailers();
    }

    @Override
    public @Nullable ByteBuffer read(int max) throws StreamException {
        if (!looked && !ready()) {
            GuestExecutor.blocking(this::awaitFirst);
        }
        looked = true;
        pull();
        ByteBuffer bytes;
        synchronized (this) {
            ByteBuffer chunk = chunks.peek();
            if (chunk == null) {
                checkTime();
                if (failure != null) {
                    throw new StreamException("body: " + failure, failure, null);
                }
                missed = true;
                return ended || cancelled ? null : NOTHING;
            }
            if (chunk.remaining() <= max) {
                bytes = chunk;
                chunks.remove();
            } else {
                byte[] part = new byte[max];
                chunk.get(part);
                bytes = ByteBuffer.wrap(part);
            }
        }
        pull();
        return bytes;
    }

    private @Nullable Void awaitFirst() {
        long end = System.nanoTime() + FIRST_NANOS;
        long left = FIRST_NANOS;
        while (left > 0) {
            long seen = signal.count();
            if (ready()) {
                break;
            }
            signal.await(seen, left);
            left = end - System.nanoTime();
        }
        return null;
    }

    @Override
    public boolean ready() {
        pull();
        synchronized (this) {
            checkTime();
            missed = !ended && !cancelled && failure == null && chunks.isEmpty();
            return !missed;
        }
    }

    @Override
    public synchronized long nanosLeft() {
        return asked == 0 ? Long.MAX_VALUE : Math.max(1, timeoutNanos - (System.nanoTime() - askedAt));
    }

    private void checkTime() {
        if (asked > 0 && !ended && failure == null && System.nanoTime() - askedAt > timeoutNanos) {
            failure = new HttpErrorCode.ConnectionReadTimeout();
        }
    }

    /** Asks for what there is room for. */
    private void pull() {
        boolean first;
        synchronized (this) {
            first = !subscribed && !cancelled;
            subscribed |= first;
        }
        if (first) {
            body.chunks().subscribe(this);
        }
        Flow.Subscription to;
        int count;
        synchronized (this) {
            to = subscription;
            count = ended || cancelled || failure != null ? 0 : WINDOW - asked - chunks.size();
            if (to == null || count <= 0) {
                return;
            }
            if (asked == 0) {
                askedAt = System.nanoTime();
            }
            asked += count;
        }
        to.request(count);
    }

    /** Reads to the end and throws it away, so that the trailers come. */
    void discard() {
        synchronized (this) {
            discarding = true;
            chunks.clear();
        }
        pull();
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        boolean late;
        synchronized (this) {
            subscription = to;
            late = cancelled;
        }
        if (late) {
            to.cancel();
        } else {
            signal.raise();
        }
    }

    @Override
    public void onNext(ByteBuffer chunk) {
        onChunks(List.of(chunk));
    }

    @Override
    public void onChunks(List<ByteBuffer> more) {
        boolean isShort;
        boolean awaited;
        synchronized (this) {
            asked -= more.size();
            askedAt = System.nanoTime();
            isShort = discarding;
            for (ByteBuffer chunk : more) {
                isShort |= !chunk.hasRemaining();
                if (chunk.hasRemaining() && !discarding && !cancelled) {
                    chunks.add(chunk);
                }
            }
            awaited = missed;
            missed = false;
        }
        if (isShort) {
            pull();
        }
        if (awaited) {
            signal.raise(); // one that waits for something else, or for nothing, is not woken
        }
    }

    @Override
    public void onError(Throwable thrown) {
        synchronized (this) {
            if (failure == null) {
                failure = HttpFailure.codeOf(thrown);
            }
        }
        onEnd.run();
        signal.raise();
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            ended = true;
        }
        onEnd.run();
        signal.raise();
    }

    synchronized @Nullable HttpErrorCode failure() {
        return failure;
    }

    /** The stream was dropped: the body may still be finished for its trailers, so nothing is cancelled yet. */
    @Override
    public void close() {}

    /** Nobody wants the rest. */
    void cancel() {
        Flow.Subscription to;
        boolean never;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            never = !subscribed;
            subscribed = true;
            cancelled = true;
            chunks.clear();
            to = ended || failure != null ? null : subscription;
        }
        if (never) {
            // The sender may hold a connection for it: subscribing and cancelling at once tells it.
            body.chunks().subscribe(this);
        }
        if (to != null) {
            to.cancel();
        }
        onEnd.run();
    }
}
