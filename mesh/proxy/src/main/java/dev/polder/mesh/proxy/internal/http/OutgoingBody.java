package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.BodyWriter;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.internal.transport.BodyBuf;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way from a writer in this process to a connection. Parts wait in a queue that any thread fills; the event
 * loop empties it as far as the connection takes them, and only then gives their room back.
 *
 * <p>A writer that is behind wakes the loop once, not once per part.
 */
public final class OutgoingBody implements BodyWriter {

    /** Ends the exchange's message; on the event loop, and at most one call. */
    public interface Owner {
        /** All parts are with the connection: time to end the message there. */
        void onWritten(@Nullable Head trailers);

        /** The body cannot be completed. */
        void onWriterFailed(HttpFailure failure);
    }

    private record End(List<HttpHeader> trailers) {}

    private final EventLoop loop;
    private final Owner owner;
    private final boolean dropped;
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Runnable> roomWanted = new ArrayList<>();
    private final Runnable drain = this::drain;
    private volatile boolean open = true;
    private boolean ending;
    private boolean draining;
    private @Nullable BodyPeer peer;
    private long rest;
    private long written;

    /**
     * @param length bytes, or negative when it is not known
     * @param dropped whether the message has no body whatever is written
     */
    public OutgoingBody(EventLoop loop, Owner owner, long length, boolean dropped) {
        this.loop = loop;
        this.owner = owner;
        this.rest = length;
        this.dropped = dropped;
    }

    // ---- from any thread

    @Override
    public int room() {
        return Math.max(0, CAPACITY - waiting.get());
    }

    @Override
    public void onRoom(Runnable action) {
        synchronized (roomWanted) {
            roomWanted.add(action);
        }
        tellRoom();
    }

    @Override
    public void write(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (!open || ending || length == 0) {
            return;
        }
        int room = room();
        if (length > room) {
            throw new IllegalStateException(
                    "body: a part of " + length + " bytes (expected: at most " + room + ", what there is room for)");
        }
        waiting.addAndGet(length);
        queue.add(bytes);
        wake();
    }

    @Override
    public void end(List<HttpHeader> trailers) {
        if (open && !ending) {
            ending = true;
            queue.add(new End(List.copyOf(trailers)));
            wake();
        }
    }

    @Override
    public void abort() {
        Worker.run(loop, () -> fail(HttpFailure.Kind.CANCELLED, "the writer gave the body up"));
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            // in a turn of its own, also from the loop itself: a writer that writes when told of room must not recurse
            Worker.later(loop, drain);
        }
    }

    private void tellRoom() {
        if (open && room() < CAPACITY / 4) {
            return;
        }
        List<Runnable> actions;
        synchronized (roomWanted) {
            if (roomWanted.isEmpty()) {
                return;
            }
            actions = List.copyOf(roomWanted);
            roomWanted.clear();
        }
        actions.forEach(Runnable::run);
    }

    // ---- on the event loop

    /** The head is with the connection: parts may follow. */
    public void attach(BodyPeer to) {
        peer = to;
        drain();
    }

    /** The connection may take more. */
    public void writable() {
        if (!queue.isEmpty()) {
            drain();
        }
    }

    /** Nobody takes the body any more. */
    public void close() {
        if (open) {
            open = false;
            queue.clear();
            waiting.set(0);
            tellRoom();
        }
    }

    /** Bytes handed to the connection. */
    public long written() {
        return written;
    }

    /** Whether the writer has to come up with something before anything can move. */
    public boolean isStarved() {
        return open && queue.isEmpty();
    }

    /**
     * A connection may tell of room from within a write, when it sees at that look that it is no longer full. What is written
     * then would stand in the middle of what is being written, so that drain goes on by itself.
     */
    private void drain() {
        scheduled.set(false);
        BodyPeer to = peer;
        if (to == null || draining) {
            return;
        }
        draining = true;
        try {
            drainTo(to);
        } finally {
            draining = false;
        }
        tellRoom();
    }

    private void drainTo(BodyPeer to) {
        boolean more = true;
        while (more && open) {
            more = false;
            boolean wrote = false;
            Object next;
            while (open && to.isWritable() && (next = queue.poll()) != null) {
                if (next instanceof End end) {
                    end(end);
                    return;
                }
                part(to, (ByteBuffer) next);
                wrote = true;
            }
            if (wrote && open) {
                to.flush();
                more = !queue.isEmpty() && to.isWritable();
            }
        }
    }

    private void part(BodyPeer to, ByteBuffer bytes) {
        int length = bytes.remaining();
        waiting.addAndGet(-length);
        if (dropped) {
            return;
        }
        if (rest >= 0) {
            rest -= length;
            if (rest < 0) {
                fail(HttpFailure.Kind.HTTP_REQUEST_BODY_SIZE, "the body is longer than announced");
                return;
            }
        }
        written += length;
        to.body(BodyBuf.of(bytes));
        if (rest == 0 && queue.isEmpty()) {
            // an announced body is complete with its last byte: nobody has to wait for the writer to say so
            close();
            owner.onWritten(null);
        }
    }

    private void end(End end) {
        String wrong = HeaderRules.wrong(end.trailers);
        if (rest > 0 && !dropped) {
            fail(HttpFailure.Kind.HTTP_REQUEST_BODY_SIZE, "the body is " + rest + " bytes shorter than announced");
        } else if (wrong != null) {
            fail(HttpFailure.Kind.HTTP_REQUEST_HEADER_INVALID, "trailers: " + wrong);
        } else {
            close();
            owner.onWritten(HeaderRules.trailers(end.trailers));
        }
    }

    private void fail(HttpFailure.Kind kind, String why) {
        if (open) {
            close();
            owner.onWriterFailed(new HttpFailure(kind, why));
        }
    }
}
