package dev.polder.wasm.wasi.p2.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/*
 * A stream of the JDK blocks, and a guest must be able to wait for several things and be ended while it waits. So a
 * thread reads ahead, one part, and only once the guest has asked for bytes: a guest that reads nothing takes nothing
 * from what it shares with others.
 */
/** Bytes of a blocking stream. The stream is not closed; a read that is under way ends when the stream lets it. */
public final class PumpedSource implements ByteSource {

    private static final int PART = 16 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InputStream stream;
    private final Signal signal;
    private final Object lock = new Object();
    private final Deque<byte[]> parts = new ArrayDeque<>();
    private int offset;
    private boolean ended;
    private @Nullable IOException failure;
    private @Nullable Thread pump;
    private boolean closed;

    public PumpedSource(InputStream stream, Signal signal) {
        this.stream = stream;
        this.signal = signal;
    }

    @Override
    public @Nullable ByteBuffer read(int max) throws IOException {
        synchronized (lock) {
            start();
            byte[] part = parts.peek();
            if (part == null) {
                if (failure != null) {
                    throw failure;
                }
                return ended ? null : NOTHING;
            }
            int length = Math.min(max, part.length - offset);
            ByteBuffer bytes = ByteBuffer.wrap(part, offset, length);
            offset += length;
            if (offset == part.length) {
                parts.remove();
                offset = 0;
                lock.notifyAll();
            }
            return bytes;
        }
    }

    @Override
    public boolean ready() {
        synchronized (lock) {
            start();
            return ended || failure != null || !parts.isEmpty();
        }
    }

    /** Bytes that a read gives at once. */
    public int available() {
        synchronized (lock) {
            byte[] part = parts.peek();
            return part == null ? 0 : part.length - offset;
        }
    }

    private void start() {
        if (pump == null && !closed) {
            pump = Thread.ofVirtual().name("guest-stdin").start(this::run);
        }
    }

    private void run() {
        try {
            byte[] buffer = new byte[PART];
            while (true) {
                int count = stream.read(buffer);
                synchronized (lock) {
                    if (count < 0) {
                        ended = true;
                        break;
                    }
                    if (count > 0) {
                        parts.add(java.util.Arrays.copyOf(buffer, count));
                    }
                }
                signal.raise();
                synchronized (lock) {
                    while (!parts.isEmpty() && !closed) {
                        lock.wait();
                    }
                    if (closed) {
                        break;
                    }
                }
            }
        } catch (IOException e) {
            synchronized (lock) {
                failure = e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        signal.raise();
    }

    @Override
    public void close() {
        // The guest may ask for its standard input again: what was read ahead waits for it. The instance's end is what
        // ends the pump.
    }

    /** Ends the pump. */
    public void end() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
            if (pump != null) {
                pump.interrupt();
            }
        }
    }
}
