package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Two ends of a stream in memory, both on one event loop. Buffers pass from end to end as they are. What is written is
 * heard in a later turn of the loop, so that neither end is called from within its own call.
 */
public final class Pipe {

    /** Bytes that may wait before a writer should stop, and when it may go on. */
    private static final int HIGH = 256 * 1024;

    private static final int LOW = 64 * 1024;

    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final EventLoop loop;
    private final End client = new End();
    private final End server = new End();

    public Pipe(EventLoop loop) {
        this.loop = loop;
        client.peer = server;
        server.peer = client;
    }

    public ByteStream client() {
        return client;
    }

    public ByteStream server() {
        return server;
    }

    /** The other end broke off. */
    private static final class BrokenOff extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenOff() {
            super("the other end broke off");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    private final class End implements ByteStream {

        private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
        private @Nullable End peer;
        private @Nullable ByteSink sink;
        private int queued;
        private boolean reading = true;
        private boolean scheduled;
        private boolean full;
        private boolean finished;
        private boolean endTold;
        private boolean closed;
        private boolean goneTold;
        private @Nullable Throwable cause;

        private End peer() {
            End other = peer;
            if (other == null) {
                throw new IllegalStateException("half a pipe");
            }
            return other;
        }

        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public void sink(ByteSink newSink) {
            sink = newSink;
            if (goneTold) {
                newSink.onClosed(cause);
            } else if (hasNews()) {
                wake();
            }
        }

        private boolean hasNews() {
            return closed || !queue.isEmpty() || (peer().finished && !endTold);
        }

        @Override
        public void write(ByteBuf bytes) {
            End to = peer();
            if (closed || finished || to.closed) {
                bytes.release();
                return;
            }
            to.queue.add(bytes);
            to.queued += bytes.readableBytes();
            full |= to.queued > HIGH;
        }

        @Override
        public void flush() {
            End to = peer();
            if (!to.queue.isEmpty()) {
                to.wake();
            }
        }

        @Override
        public void finish() {
            if (!closed && !finished) {
                finished = true;
                peer().wake();
                if (endTold) {
                    wake();
                }
            }
        }

        @Override
        public void close() {
            if (!closed) {
                finish();
                end(null);
                wake();
            }
        }

        @Override
        public void abort() {
            if (!closed) {
                finished = true;
                end(null);
                wake();
                peer().end(new BrokenOff());
                peer().wake();
            }
        }

        /** From now on nothing goes in or out. */
        private void end(@Nullable Throwable why) {
            if (!closed) {
                closed = true;
                cause = why;
                queue.forEach(ByteBuf::release);
                queue.clear();
                queued = 0;
            }
        }

        @Override
        public boolean isWritable() {
            return !closed && !finished && !full && !peer().closed;
        }

        @Override
        public void reading(boolean on) {
            reading = on;
            if (on && hasNews()) {
                wake();
            }
        }

        @Override
        public boolean isOpen() {
            return !closed && !finished && !peer().closed;
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return HERE;
        }

        private void wake() {
            if (!scheduled && !goneTold) {
                scheduled = true;
                loop.execute(this::deliver);
            }
        }

        private void deliver() {
            scheduled = false;
            deliverBytes();
            End from = peer();
            if (from.full && queued <= LOW) {
                from.full = false;
                ByteSink writer = from.sink;
                if (!from.closed && writer != null) {
                    writer.onWritabilityChanged();
                }
            }
            ByteSink to = sink;
            if (to == null) {
                return;
            }
            if (!closed && from.finished && queue.isEmpty() && !endTold) {
                endTold = true;
                to.onEnd();
            }
            if (!closed && endTold && (finished || from.closed)) {
                end(null);
            }
            if (closed && !goneTold) {
                goneTold = true;
                ByteSink last = sink;
                sink = NoSink.INSTANCE;
                (last == null ? to : last).onClosed(cause);
            }
        }

        private void deliverBytes() {
            boolean any = false;
            ByteBuf bytes;
            while (reading && sink != null && (bytes = queue.poll()) != null) {
                queued -= bytes.readableBytes();
                any = true;
                sink.onBytes(bytes);
            }
            if (any && !closed && sink != null) {
                sink.onReadComplete();
            }
        }
    }
}
