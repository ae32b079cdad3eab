package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.BodyReader;
import dev.polder.mesh.proxy.HttpBody;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.internal.transport.BodyBuf;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body on its way from a connection to a reader in this process. What arrives beyond the reader's demand waits here
 * while reading is off: at most what the peer was allowed to send already.
 *
 * <p>The public methods of {@link HttpBody} come from any thread and are led to the event loop, where all state lives.
 */
public final class IncomingBody implements HttpBody {

    /** What the exchange wants to know about its reader; on the event loop. */
    public interface Owner {
        /** The first bytes are demanded. */
        void onFirstDemand();

        /** The reader gave up before the end. */
        void onReaderGone();
    }

    private static final Logger LOG = LoggerFactory.getLogger(IncomingBody.class);

    private final EventLoop loop;
    private final BodyPeer peer;
    private final Owner owner;
    private final long length;
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
    private final Runnable delivery = this::deliverNow;
    private @Nullable BodyReader reader;
    private List<HttpHeader> trailers = List.of();
    private @Nullable HttpFailure failure;
    private long demanded;
    private long held;
    private long movedAt = System.nanoTime();
    private boolean demandedOnce;
    private boolean reading = true;
    private boolean complete;
    private boolean delivering;
    private boolean scheduled;
    private boolean done;

    /**
     * @param length bytes, or {@link HttpBody#UNKNOWN}
     */
    public IncomingBody(EventLoop loop, BodyPeer peer, Owner owner, long length) {
        this.loop = loop;
        this.peer = peer;
        this.owner = owner;
        this.length = length;
    }

    // ---- from any thread

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(BodyReader to) {
        Worker.run(loop, () -> {
            if (reader != null) {
                throw new IllegalStateException("body: read a second time");
            }
            reader = to;
            deliver();
        });
    }

    @Override
    public void demand(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("demand: " + bytes + " (expected: above 0)");
        }
        Worker.run(loop, () -> {
            if (demanded == 0) {
                movedAt = System.nanoTime();
            }
            demanded = demanded + bytes < 0 ? Long.MAX_VALUE : demanded + bytes;
            if (!demandedOnce && !done && !complete) {
                demandedOnce = true;
                owner.onFirstDemand();
            }
            deliver();
        });
    }

    @Override
    public void cancel() {
        Worker.run(loop, () -> {
            boolean wanted = !done && !complete && failure == null;
            finish();
            if (wanted) {
                owner.onReaderGone();
            }
        });
    }

    // ---- from the connection, on its event loop

    /** Takes a part over. */
    public void arrived(ByteBuf bytes) {
        if (!done && failure == null) {
            // out of Netty's hands here and not when demanded: a body that nobody reads must not hold memory that has
            // to be given back
            held += bytes.readableBytes();
            while (bytes.readableBytes() > BodyReader.MOST) {
                waiting.add(BodyBuf.handOn(bytes.readRetainedSlice(BodyReader.MOST)));
            }
            waiting.add(BodyBuf.handOn(bytes));
        } else {
            bytes.release();
        }
        deliverSoon();
    }

    /**
     * When what is being read now has been read: a reader that waits is woken once for all of it, and not in between, where on one
     * processor it takes the place of who reads.
     */
    private void deliverSoon() {
        if (!scheduled) {
            scheduled = Worker.later(loop, delivery);
        }
    }

    private void deliverNow() {
        scheduled = false;
        deliver();
    }

    /** The peer ended the body. */
    public void ended(@Nullable Head lines) {
        if (complete || failure != null) {
            return;
        }
        // the next message of the connection must be heard
        reading(true);
        complete = true;
        trailers = HeaderRules.trailers(lines);
        deliver();
    }

    /** The rest will not come, or nobody may have it any more. */
    public void broken(HttpFailure why) {
        if (done || failure != null) {
            return;
        }
        failure = why;
        dropWaiting();
        deliver();
    }

    /** Whether the reader waits for the peer. */
    public boolean isAwaited() {
        return demanded > 0 && !done && !complete && waiting.isEmpty();
    }

    /** When something last moved, in {@link System#nanoTime()}. */
    public long movedAt() {
        return movedAt;
    }

    private void deliver() {
        BodyReader to = reader;
        if (delivering || done) {
            return;
        }
        if (to != null) {
            delivering = true;
            try {
                deliverTo(to);
            } catch (RuntimeException e) {
                LOG.error("body: its reader failed", e);
                cancel();
            } finally {
                delivering = false;
            }
        }
        if (demanded > 0 && waiting.isEmpty()) {
            reading(true);
        }
    }

    /** Nothing more at hand right now: time to see whether more may come. */
    public void settle() {
        if (!done) {
            reading(demanded > held);
        }
    }

    private void deliverTo(BodyReader to) {
        while (!done && demanded > 0 && !waiting.isEmpty()) {
            List<ByteBuffer> parts = new ArrayList<>(waiting.size());
            ByteBuffer part;
            while (demanded > 0 && (part = waiting.poll()) != null) {
                demanded = Math.max(0, demanded - part.remaining());
                held -= part.remaining();
                parts.add(part);
            }
            movedAt = System.nanoTime();
            to.onParts(parts);
        }
        if (done) {
            return;
        }
        if (failure != null) {
            done = true;
            to.onBroken(failure);
        } else if (complete && waiting.isEmpty()) {
            done = true;
            to.onEnd(trailers);
        }
    }

    private void finish() {
        done = true;
        dropWaiting();
        if (!complete) {
            // what still comes is dropped where it arrives
            reading(true);
        }
    }

    private void dropWaiting() {
        waiting.clear();
        held = 0;
    }

    private void reading(boolean on) {
        if (reading != on && failure == null && !complete) {
            reading = on;
            peer.reading(on);
        }
    }
}
