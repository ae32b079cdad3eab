package dev.polder.wasm.service;

import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.wasi.WasiCommand;
import java.lang.ref.SoftReference;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that costs memory and is quick to make again, such as compiled code that is on disk. Whoever got it holds it,
 * so releasing it takes nothing from anybody: memory is freed when the last one lets go, or at once by who knows that
 * nobody holds it. What is left of it meanwhile is kept for as long as there is memory for that. For any thread.
 */
final class Reloadable<T> {

    /** What is left of something that was let go of. */
    @FunctionalInterface
    interface Dormant<T> {
        /** It once more, or nothing when that cannot be. */
        Optional<T> wake();
    }

    /**
     * What became of something that was let go of.
     *
     * @param free frees it at once: to be run only when nobody holds it, else to be dropped
     * @param left what is left of it; kept for as long as the caller holds this, and longer while there is memory. Null
     *     when nothing is
     */
    record Released(Runnable free, @Nullable Dormant<?> left) {}

    private final Function<T, Optional<Dormant<T>>> rest;
    private final Supplier<T> load;
    private final Consumer<T> free;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable T value;
    private @Nullable SoftReference<Dormant<T>> dormant;

    /**
     * @param rest what is left of it when it is released
     * @param load makes it from nothing
     * @param free frees what nobody holds any more, before Java finds out by itself
     */
    Reloadable(T first, Function<T, Optional<Dormant<T>>> rest, Supplier<T> load, Consumer<T> free) {
        this.value = first;
        this.rest = rest;
        this.load = load;
        this.free = free;
    }

    /** @param again compiles it from where its files are kept */
    static Reloadable<LinkedComponent> of(LinkedComponent first, Supplier<Component> again) {
        return new Reloadable<>(
                first,
                linked -> linked.dormant().map(dormant -> dormant::wake),
                () -> again.get().link(ComponentGuest.INTERFACES),
                LinkedComponent::close);
    }

    /** @param again compiles it from where its file is kept */
    static Reloadable<WasiCommand> of(WasiCommand first, Supplier<WasiCommand> again) {
        return new Reloadable<>(
                first,
                command -> command.dormant().map(dormant -> () -> dormant.wake().map(WasiCommand::of)),
                again,
                WasiCommand::close);
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
                now = left().flatMap(Dormant::wake).orElseGet(load);
                value = now;
            }
            return now;
        } finally {
            loading.unlock();
        }
    }

    /** Lets go of it. */
    Released release() {
        loading.lock();
        try {
            T last = value;
            value = null;
            if (last == null) {
                return new Released(() -> {}, null);
            }
            Dormant<T> left = rest.apply(last).orElse(null);
            dormant = left == null ? null : new SoftReference<>(left);
            return new Released(() -> free.accept(last), left);
        } finally {
            loading.unlock();
        }
    }

    /**
     * Does what {@link #get} does when it was released, with one of its own, and frees that at the end.
     *
     * @param use is given the one that was made
     * @return false when nothing is left of it from which it could be made
     */
    boolean rehearse(Consumer<? super T> use) {
        Optional<T> woken = left().flatMap(Dormant::wake);
        woken.ifPresent(one -> {
            try {
                use.accept(one);
            } finally {
                free.accept(one);
            }
        });
        return woken.isPresent();
    }

    private Optional<Dormant<T>> left() {
        loading.lock();
        try {
            return Optional.ofNullable(dormant).map(SoftReference::get);
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
