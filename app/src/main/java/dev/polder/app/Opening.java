package dev.polder.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A part that opens on a thread of its own while others are opened.
 *
 * @param <T> what is opened
 */
final class Opening<T> implements AutoCloseable {

    private final CompletableFuture<T> part;
    private final Consumer<T> closer;

    /**
     * Begins.
     *
     * @param closer what closes the part, if it came to be open
     */
    Opening(String name, Supplier<T> opener, Consumer<T> closer) {
        this.part = CompletableFuture.supplyAsync(
                opener,
                task -> Thread.ofPlatform().daemon().name("open-" + name).start(task));
        this.closer = closer;
    }

    /** Waits for it; throws what opening it threw. */
    T get() {
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Waits until it is open, and closes it; one that failed to open has nothing to close. */
    @Override
    public void close() {
        if (part.handle((_, failure) -> failure == null).join()) {
            closer.accept(part.join());
        }
    }
}
