package dev.polder.wasm.wasi.p2.http;

import dev.polder.kernel.model.BodyBuffers;
import dev.polder.wasm.wasi.p2.io.ByteSink;
import dev.polder.wasm.wasi.p2.io.Signal;
import dev.polder.wasm.wasi.p2.io.StreamException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * A body on its way from the guest. What the guest writes is held up to CAPACITY; check-write gives what still fits, so
 * a slow reader holds the guest and not the host's memory. Chunks go out as the subscriber asks for them.
 *
 * Both sides call drain(); the counter lets one thread through at a time and makes it look again when another came by,
 * so the subscriber is called by one thread at a time and never under the lock.
 */
/** The sink of the stream of an {@code outgoing-body}, and what its reader subscribes to. */
final class SentBody implements ByteSink, Flow.Publisher<ByteBuffer> {

    static final int CAPACITY = 128 * 1024;

    /** Less room than this is none: parts would be cut for it. */
    private static final int LEAST_ROOM = 16 * 1024;

    /** A guest that filled it is woken when half is read, and not for each chunk. */
    private static final int LOW = CAPACITY / 2;

    /** Writes smaller than this are gathered while nobody asks for them. */
    private static final int GATHERED = 8 * 1024;

    private enum Stage {
        OPEN,
        FINISHED,
        FAILED,
        CANCELLED
    }

    private final Signal signal;
    private final OptionalLong declared;
    private final boolean request;
    private final CompletableFuture<List<HttpField>> trailers = new CompletableFuture<>();
    private final AtomicInteger drains = new AtomicInteger();
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    private @Nullable ByteBuffer growing;
    private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
    private Stage stage = Stage.OPEN;
    private List<HttpField> lastFields = List.of();
    private @Nullable HttpErrorCode failure;
    private boolean told;
    private boolean full;
    private long demand;
    private int held;
    private long written;

    /**
     * @param declared the guest's content-length
     * @param request whether it is the body of a request, for the error code
     */
    SentBody(Signal signal, OptionalLong declared, boolean request) {
        this.signal = signal;
        this.declared = declared;
        this.request = request;
    }

    HttpBody body() {
        return new HttpBody(this, trailers, declared);
    }

    @Override
    public synchronized long room() {
        return stage != Stage.OPEN ? -1 : isFull() ? 0 : CAPACITY - held;
    }

    @Override
    public synchronized boolean ready() {
        full = isFull() || (full && held > LOW);
        return stage != Stage.OPEN || !full;
    }

    private boolean isFull() {
        return held > CAPACITY - LEAST_ROOM;
    }

    @Override
    public void write(MemorySegment bytes) throws IOException {
        if (counted(bytes.byteSize())) {
            synchronized (this) {
                for (long at = 0; at < bytes.byteSize(); at += BodyBuffers.SIZE) {
                    add(bytes.asSlice(at, Math.min(BodyBuffers.SIZE, bytes.byteSize() - at)));
                }
                held += (int) bytes.byteSize();
            }
            drain();
        }
    }

    @Override
    public void give(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (length < GATHERED) {
            ByteSink.super.give(bytes);
        } else if (counted(length)) {
            synchronized (this) {
                chunks.add(bytes);
                growing = null;
                held += length;
            }
            drain();
        }
    }

    /** Counts bytes that are about to be written; gives whether there are any. */
    private boolean counted(long bytes) throws IOException {
        long sum = written + bytes;
        written = sum;
        if (declared.isPresent() && sum > declared.getAsLong()) {
            HttpErrorCode code = size(sum);
            fail(code);
            throw new StreamException(
                    "body: " + sum + " bytes (expected: " + declared.getAsLong() + ", the content-length)", code, null);
        }
        return bytes > 0;
    }

    private void add(MemorySegment bytes) {
        int length = (int) bytes.byteSize();
        ByteBuffer last = growing;
        if (last == null || chunks.isEmpty() || last.capacity() - last.limit() < length) {
            last = buffer(length).limit(0);
            chunks.add(last);
            growing = last;
        }
        int at = last.limit();
        last.limit(at + length).put(at, bytes.asByteBuffer(), 0, length);
    }

    private ByteBuffer buffer(int length) {
        ByteBuffer shared = length < GATHERED ? null : BodyBuffers.take();
        if (shared != null) {
            return shared;
        }
        return ByteBuffer.allocate(demand > 0 ? length : Math.max(length, GATHERED));
    }

    private HttpErrorCode size(long bytes) {
        return request
                ? new HttpErrorCode.HttpRequestBodySize(java.util.Optional.of(bytes))
                : new HttpErrorCode.HttpResponseBodySize(java.util.Optional.of(bytes));
    }

    /** All is written; gives a code when it is not what the content-length said. */
    @Nullable
    HttpErrorCode finish(List<HttpField> fields) {
        if (declared.isPresent() && written != declared.getAsLong()) {
            HttpErrorCode code = size(written);
            fail(code);
            return code;
        }
        synchronized (this) {
            if (stage == Stage.OPEN) {
                stage = Stage.FINISHED;
                lastFields = fields;
            }
        }
        drain();
        return null;
    }

    /** It breaks off here. */
    void fail(HttpErrorCode code) {
        synchronized (this) {
            if (stage != Stage.OPEN) {
                return;
            }
            stage = Stage.FAILED;
            failure = code;
            chunks.clear();
        }
        drain();
        signal.raise();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
        to.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                synchronized (SentBody.this) {
                    demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                }
                drain();
            }

            @Override
            public void cancel() {
                synchronized (SentBody.this) {
                    stage = Stage.CANCELLED;
                    told = true;
                    chunks.clear();
                }
                trailers.cancel(false);
                signal.raise();
            }
        });
        synchronized (this) {
            if (subscriber != null) {
                throw new IllegalStateException("body: read a second time (expected: one subscriber)");
            }
            subscriber = to;
        }
        drain();
    }

    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            boolean moved = false;
            while (step()) {
                moved = true;
            }
            if (moved && isAwaited()) {
                signal.raise();
            }
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Whether the guest found it full, and there is room again: one that waits for something else is not woken. */
    private synchronized boolean isAwaited() {
        return full && held <= LOW;
    }

    /** Hands over one chunk, or the end; gives whether there may be more. */
    private boolean step() {
        Flow.Subscriber<? super ByteBuffer> to;
        ByteBuffer chunk = null;
        HttpErrorCode broken = null;
        List<HttpField> fields = null;
        synchronized (this) {
            to = subscriber;
            if (to == null || told) {
                return false;
            }
            if (!chunks.isEmpty()) {
                if (demand == 0) {
                    return false;
                }
                demand--;
                chunk = chunks.remove();
                held -= chunk.remaining();
                growing = chunks.isEmpty() ? null : growing;
            } else if (stage == Stage.FINISHED) {
                told = true;
                fields = lastFields;
            } else if (stage == Stage.FAILED) {
                told = true;
                broken = failure;
            } else {
                return false;
            }
        }
        if (chunk != null) {
            to.onNext(chunk);
        } else if (fields != null) {
            trailers.complete(fields);
            to.onComplete();
        } else if (broken != null) {
            HttpFailure thrown = new HttpFailure(broken);
            trailers.completeExceptionally(thrown);
            to.onError(thrown);
        }
        return chunk != null;
    }
}
