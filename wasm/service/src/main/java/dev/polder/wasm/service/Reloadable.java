package dev.polder.wasm.service;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that costs memory and is quick to make again, such as compiled code that is on disk. Whoever got it holds it,
 * so releasing it takes nothing from anybody: memory is freed when the last one lets go, or at once by who knows that
 * nobody holds it. For any thread.
 */
final class Reloadable<T> {

    private final Supplier<T> load;
    private final Consumer<T> free;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable T value;

    /** @param free frees what nobody holds any more, before Java finds out by itself */
    Reloadable(T first, Supplier<T> load, Consumer<T> free) {
        this.value = first;
        this.load = load;
        this.free = free;
    }

    /** Makes it again when it was released; others that want it meanwhile wait for the same one. */
    T get() {
        T now = value;
        return now != null ? now : reload();
    }

    private T reload() {
        loading.lock();
        try {
            T now = value;
            if (now == null) {
                now = load.get();
                value = now;
            }
            return now;
        } finally {
            loading.unlock();
        }
    }

    /** Lets go of it. What is returned frees it at once: to be run only when nobody holds it, else to be dropped. */
    Runnable release() {
        loading.lock();
        try {
            T last = value;
            value = null;
            return last == null ? () -> {} : () -> free.accept(last);
        } finally {
            loading.unlock();
        }
    }

    /** Whether this is what {@link #get} gives now. */
    @SuppressWarnings("ReferenceEquality") // the very same
    boolean holds(@Nullable T one) {
        return one != null && one == value;
    }

    boolean isReleased() {
        return value == null;
    }
}
