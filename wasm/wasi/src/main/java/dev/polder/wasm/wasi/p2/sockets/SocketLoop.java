package dev.polder.wasm.wasi.p2.sockets;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Guests do their own reads and writes, on their own threads, and these never block. Only when one would, the loop is
 * asked to say when it is worth another try: once for each asking, so a guest that does not read costs nothing.
 */
/** The one thread that waits for the sockets of all guests. */
final class SocketLoop {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);
    private static final int OPERATIONS = 5;

    private static final class Shared {
        static final SocketLoop LOOP = new SocketLoop();
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private SocketLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new IllegalStateException("no selector for the sockets of guests", e);
        }
        Thread.ofPlatform().daemon().name("guest-sockets").start(this::run);
    }

    static SocketLoop shared() {
        return Shared.LOOP;
    }

    /**
     * Runs something once when an operation is possible or the channel fails; at once when it is closed.
     *
     * @param operation one of {@link SelectionKey}'s
     * @param then short, on the loop's thread
     */
    void when(SelectableChannel channel, int operation, Runnable then) {
        tasks.add(() -> {
            try {
                SelectionKey key = channel.keyFor(selector);
                if (key == null) {
                    key = channel.register(selector, 0, new @Nullable Runnable[OPERATIONS]);
                }
                waiting(key)[Integer.numberOfTrailingZeros(operation)] = then;
                key.interestOpsOr(operation);
            } catch (ClosedChannelException | CancelledKeyException e) {
                then.run();
            }
        });
        selector.wakeup();
    }

    /** Lets go of channels that were closed. */
    void wakeUp() {
        selector.wakeup();
    }

    private static @Nullable Runnable[] waiting(SelectionKey key) {
        return (@Nullable Runnable[]) key.attachment();
    }

    private void run() {
        while (true) {
            try {
                selector.select(SocketLoop::ready);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("the sockets of guests", e);
            }
        }
    }

    private static void ready(SelectionKey key) {
        int operations;
        try {
            operations = key.readyOps();
            key.interestOpsAnd(~operations);
        } catch (CancelledKeyException e) {
            operations = -1;
        }
        @Nullable Runnable[] waiting = waiting(key);
        for (int bit = 0; bit < OPERATIONS; bit++) {
            Runnable then = waiting[bit];
            if ((operations & (1 << bit)) != 0 && then != null) {
                waiting[bit] = null;
                then.run();
            }
        }
    }
}
