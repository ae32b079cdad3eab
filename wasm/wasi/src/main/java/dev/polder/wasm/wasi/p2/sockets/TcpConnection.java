package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.engine.GuestTime;
import dev.polder.wasm.wasi.p2.io.ByteSink;
import dev.polder.wasm.wasi.p2.io.ByteSource;
import dev.polder.wasm.wasi.p2.io.Signal;
import dev.polder.wasm.wasi.p2.io.StreamException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Reading: into one buffer, when the guest asks and it is empty; the system's own buffer holds back the peer.
 * Writing: check-write promises room, and the system cannot be asked for it, so there is one buffer here too. What the
 * system does not take at once goes out from the loop's thread; hence the lock.
 */
/** The two streams of a connected socket. */
final class TcpConnection {

    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);
    private static final int BUFFER = 64 * 1024;
    private static final int LINGER_SECONDS = 5;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final Signal signal;
    private final Incoming incoming = new Incoming();
    private final Outgoing outgoing = new Outgoing();

    TcpConnection(SocketChannel channel, Signal signal) {
        this.channel = channel;
        this.signal = signal;
    }

    ByteSource incoming() {
        return incoming;
    }

    ByteSink outgoing() {
        return outgoing;
    }

    private static StreamException failed(IOException e) {
        if (Thread.currentThread().isInterrupted() || GuestTime.remaining().isZero()) {
            throw GuestTime.ended(e);
        }
        return new StreamException("socket: " + e.getMessage(), NetworkErrorCode.of(e), e);
    }

    void shutdown(boolean receive, boolean send) throws IOException {
        if (receive) {
            incoming.shutdown();
        }
        if (send) {
            outgoing.shutdown();
        }
    }

    /** Closes it once what was written is out, or some seconds later. */
    void close() {
        if (outgoing.closeWhenDrained()) {
            closeNow();
        } else {
            CompletableFuture.delayedExecutor(LINGER_SECONDS, TimeUnit.SECONDS).execute(this::closeNow);
        }
    }

    private void closeNow() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a socket of a guest", e);
        }
        SocketLoop.shared().wakeUp();
    }

    /** What comes in. Used by the guest's thread. */
    private final class Incoming implements ByteSource {
        private @Nullable ByteBuffer buffer;
        private boolean ended;
        private @Nullable StreamException failure;
        private volatile boolean waiting;

        private boolean fill() {
            if ((buffer != null && buffer.hasRemaining()) || ended || failure != null) {
                return true;
            }
            if (waiting) {
                return false;
            }
            if (buffer == null) {
                buffer = ByteBuffer.allocate(BUFFER);
            }
            try {
                buffer.clear();
                int count = channel.read(buffer);
                buffer.flip();
                ended = count < 0;
                if (count == 0) {
                    waiting = true;
                    SocketLoop.shared().when(channel, SelectionKey.OP_READ, () -> {
                        waiting = false;
                        signal.raise();
                    });
                }
                return count != 0;
            } catch (ClosedChannelException e) {
                buffer.flip();
                ended = true;
            } catch (IOException e) {
                buffer.limit(0);
                failure = failed(e);
            }
            return true;
        }

        @Override
        public @Nullable ByteBuffer read(int max) throws StreamException {
            if (!fill()) {
                return NOTHING;
            }
            if (buffer != null && buffer.hasRemaining()) {
                byte[] bytes = new byte[Math.min(max, buffer.remaining())];
                buffer.get(bytes);
                return ByteBuffer.wrap(bytes);
            }
            if (failure != null) {
                throw failure;
            }
            return null;
        }

        @Override
        public boolean ready() {
            return fill();
        }

        void shutdown() throws IOException {
            channel.shutdownInput();
            buffer = null;
            ended = true;
        }
    }

    /** What goes out. */
    private final class Outgoing implements ByteSink {
        private final Object lock = new Object();
        private @Nullable ByteBuffer buffer;
        private boolean waiting;
        private boolean shut;
        private boolean closing;
        private @Nullable IOException failure;

        @Override
        public long room() throws IOException {
            synchronized (lock) {
                if (failure instanceof ClosedChannelException || shut) {
                    return -1;
                }
                if (failure != null) {
                    throw failed(failure);
                }
                return buffer == null ? BUFFER : buffer.remaining();
            }
        }

        @Override
        public boolean ready() {
            synchronized (lock) {
                return failure != null || shut || buffer == null || buffer.hasRemaining();
            }
        }

        @Override
        public void write(MemorySegment bytes) throws IOException {
            synchronized (lock) {
                if (buffer == null) {
                    buffer = ByteBuffer.allocate(BUFFER);
                }
                buffer.put(bytes.asByteBuffer());
                drain();
                if (failure != null) {
                    throw failed(failure);
                }
            }
        }

        @Override
        public boolean flushed() throws IOException {
            synchronized (lock) {
                if (failure != null) {
                    throw failed(failure);
                }
                return pending() == 0;
            }
        }

        private int pending() {
            return buffer == null ? 0 : buffer.position();
        }

        /** Writes what the system takes; under the lock. */
        private void drain() {
            if (buffer == null || waiting || failure != null) {
                return;
            }
            try {
                buffer.flip();
                try {
                    channel.write(buffer);
                } finally {
                    buffer.compact();
                }
                if (pending() > 0) {
                    waiting = true;
                    SocketLoop.shared().when(channel, SelectionKey.OP_WRITE, this::again);
                } else if (shut) {
                    channel.shutdownOutput();
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        private void again() {
            boolean close;
            synchronized (lock) {
                waiting = false;
                drain();
                close = closing && (failure != null || pending() == 0);
            }
            signal.raise();
            if (close) {
                closeNow();
            }
        }

        void shutdown() throws IOException {
            synchronized (lock) {
                shut = true;
                if (pending() == 0) {
                    channel.shutdownOutput();
                }
            }
        }

        /** Whether nothing is left to write. */
        boolean closeWhenDrained() {
            synchronized (lock) {
                closing = true;
                return failure != null || pending() == 0;
            }
        }
    }
}
