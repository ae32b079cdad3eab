package dev.polder.wasm.service;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that costs memory and is quick to make again, such as compiled code that is on disk. Whoever got it holds it,
 * so releasing it takes nothing from anybody: memory is freed when the last one lets go. For any thread.
 */
final class Reloadable<T> {

    private final Supplier<T> load;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable T value;

    Reloadable(T first, Supplier<T> load) {
        this.value = first;
        this.load = load;
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

    void release() {
        value = null;
    }

    boolean isReleased() {
        return value == null;
    }
}
