package dev.polder.wasm.service;

import dev.polder.wasm.engine.GuestTime;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpField;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * Most responses are short and whole a moment after their head. Sent as they come they would cost a hand-over, a flush and
 * a TLS record each for head, body and end; held for that moment they cost one, have a length, and a guest that traps
 * before its body is done can still be answered for with an error.
 *
 *   HOLDING ──complete, no trailers──▶ WHOLE
 *      ├──more than LIMIT, two ticks of the guests' clock, complete with trailers──▶ STREAMING
 *      └──broken off──▶ BROKEN
 *
 * As a stream it is a subscriber of the guest's body and the publisher of what follows, one chunk asked for at a time.
 * Chunks come on the guest's thread, demand from an event loop, ticks from the clock: drain() is entered by any of them and
 * run by one at a time, so the reader is never called under the lock.
 */
/** Holds a response back for a moment, in which a short one becomes whole. */
final class HeldResponse implements Flow.Subscriber<ByteBuffer>, Flow.Publisher<ByteBuffer>, Flow.Subscription {

    /** Bytes beyond which a body is a stream. */
    static final int LIMIT = 32 * 1024;

    private static final int TICKS = 2;
    private static final Set<HeldResponse> HELD = ConcurrentHashMap.newKeySet();

    static {
        GuestTime.onTick(HeldResponse::tickAll);
    }

    private enum Stage {
        HOLDING,
        WHOLE,
        STREAMING,
        BROKEN
    }

    private final Answer answer;
    private final int status;
    private final List<HttpHeader> headers;
    private final HttpBody body;
    private final AtomicInteger drains = new AtomicInteger();
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    private Flow.@Nullable Subscription from;
    private Flow.@Nullable Subscriber<? super ByteBuffer> to;
    private Stage stage = Stage.HOLDING;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean told;
    private boolean asked;
    private long demand;
    private int size;
    private int ticks;

    private HeldResponse(Answer answer, int status, List<HttpHeader> headers, HttpBody body) {
        this.answer = answer;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** Begins to hold a response; called on the guest's thread. The answer is given later, once. */
    static void hold(Answer answer, int status, List<HttpHeader> headers, HttpBody body) {
        HeldResponse held = new HeldResponse(answer, status, headers, body);
        HELD.add(held);
        body.chunks().subscribe(held);
    }

    // ---- from the guest

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        synchronized (this) {
            from = subscription;
            asked = true;
        }
        subscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer chunk) {
        Flow.Subscription more = null;
        boolean full;
        synchronized (this) {
            asked = false;
            if (told) {
                return;
            }
            chunks.add(chunk);
            size += chunk.remaining();
            full = stage == Stage.HOLDING && size > LIMIT;
            if (stage == Stage.HOLDING && !full) {
                asked = true;
                more = from;
            }
        }
        if (full) {
            stream();
        } else if (more != null) {
            more.request(1);
        } else {
            drain();
        }
    }

    @Override
    public void onComplete() {
        List<HttpField> trailers = body.trailers().getNow(List.of());
        boolean whole;
        synchronized (this) {
            ended = true;
            whole = stage == Stage.HOLDING && trailers.isEmpty();
            if (whole) {
                stage = Stage.WHOLE;
            }
        }
        if (whole) {
            HELD.remove(this);
            answer.respond(new HttpResponseData(status, headers, bytes()));
        } else {
            stream();
            drain();
        }
    }

    private byte[] bytes() {
        byte[] all = new byte[size];
        int at = 0;
        for (ByteBuffer chunk : chunks) {
            int length = chunk.remaining();
            chunk.get(all, at, length);
            at += length;
        }
        return all;
    }

    /** Nothing was sent yet when it was held: then whoever runs the guest answers with its failure. */
    @Override
    public void onError(Throwable thrown) {
        boolean held;
        synchronized (this) {
            failure = thrown;
            ended = true;
            held = stage == Stage.HOLDING;
            if (held) {
                stage = Stage.BROKEN;
            }
        }
        if (held) {
            HELD.remove(this);
        } else {
            drain();
        }
    }

    // ---- from the clock

    static void tickAll() {
        HELD.forEach(HeldResponse::tick);
    }

    private void tick() {
        boolean late;
        synchronized (this) {
            late = ++ticks >= TICKS;
        }
        if (late) {
            stream();
        }
    }

    private void stream() {
        synchronized (this) {
            if (stage != Stage.HOLDING) {
                return;
            }
            stage = Stage.STREAMING;
        }
        HELD.remove(this);
        answer.respond(status, headers, new HttpBody(this, body.trailers(), body.length()));
    }

    // ---- to the reader

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> reader) {
        reader.onSubscribe(this);
        synchronized (this) {
            to = reader;
        }
        drain();
    }

    @Override
    public void request(long count) {
        synchronized (this) {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
        }
        drain();
    }

    @Override
    public void cancel() {
        Flow.Subscription source;
        synchronized (this) {
            told = true;
            chunks.clear();
            source = from;
        }
        if (source != null) {
            source.cancel();
        }
    }

    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            while (step()) {
                // one chunk each
            }
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Hands over a chunk or the end, or asks for more; gives whether there may be more to do. */
    private boolean step() {
        Flow.Subscriber<? super ByteBuffer> reader;
        ByteBuffer chunk;
        Flow.Subscription ask = null;
        boolean end = false;
        synchronized (this) {
            reader = to;
            if (reader == null || told) {
                return false;
            }
            chunk = demand > 0 ? chunks.poll() : null;
            if (chunk != null) {
                demand--;
            } else if (ended && chunks.isEmpty()) {
                told = true;
                end = true;
            } else if (chunks.isEmpty() && demand > 0 && !asked) {
                asked = true;
                ask = from;
            }
        }
        if (chunk != null) {
            reader.onNext(chunk);
            return true;
        }
        if (ask != null) {
            ask.request(1);
        } else if (end) {
            Throwable broken = failure;
            if (broken == null) {
                reader.onComplete();
            } else {
                reader.onError(broken);
            }
        }
        return false;
    }
}
