package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompileListener.Phase;
import dev.polder.wasm.engine.CompiledModule;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compiled modules by digest: one compilation however many ask, and the same object for as long as somebody holds it.
 */
public final class ModuleCache<M extends CompiledModule> {

    private static final long TELL_MILLIS = 250;

    private final ConcurrentHashMap<Digest, Held<M>> modules = new ConcurrentHashMap<>();
    private final ReferenceQueue<M> gone = new ReferenceQueue<>();
    private final ConcurrentHashMap<Digest, CompletableFuture<M>> running = new ConcurrentHashMap<>();

    private static final class Held<M> extends WeakReference<M> {

        private final Digest digest;

        Held(Digest digest, M module, ReferenceQueue<M> gone) {
            super(module, gone);
            this.digest = digest;
        }
    }

    /** A module that is gone when all who were given it gave it back. */
    public interface Counted {

        /** Counts one more who has it; false when it is gone. */
        boolean retain();
    }

    /** Makes a module; says at the end where it came from. */
    @FunctionalInterface
    public interface Compilation<M> {
        M compile(SourceListener source);
    }

    /** Is told that the module came from the disk. */
    @FunctionalInterface
    public interface SourceListener {
        void fromDisk();
    }

    public M get(Digest digest, CompileListener listener, Compilation<M> compilation) {
        long start = System.nanoTime();
        M ready = inMemory(digest);
        if (ready != null) {
            listener.at(Phase.ALREADY_IN_MEMORY, since(start));
            return ready;
        }
        CompletableFuture<M> mine = new CompletableFuture<>();
        CompletableFuture<M> before = running.putIfAbsent(digest, mine);
        if (before != null) {
            M module = await(before, listener, start);
            if (!retained(module)) {
                return get(digest, listener, compilation);
            }
            listener.at(Phase.COMPILED, since(start));
            return module;
        }
        try {
            return compile(digest, mine, listener, compilation, start);
        } finally {
            running.remove(digest, mine);
        }
    }

    /**
     * The module that is in memory, or what {@code load} gives, which is quick and may be null. Two that ask at the same
     * time may get one each.
     */
    public @Nullable M getOrLoad(Digest digest, Supplier<@Nullable M> load) {
        M ready = inMemory(digest);
        if (ready != null) {
            return ready;
        }
        M module = load.get();
        if (module != null) {
            modules.put(digest, new Held<>(digest, module, gone));
            forgetGone();
        }
        return module;
    }

    /** Whether who asks for its digest is given this one, and none that was loaded at the same time. */
    @SuppressWarnings("ReferenceEquality") // the very same
    public boolean gives(M module) {
        Held<M> given = modules.get(module.digest());
        return given != null && given.get() == module;
    }

    private M compile(
            Digest digest,
            CompletableFuture<M> mine,
            CompileListener listener,
            Compilation<M> compilation,
            long start) {
        Phase[] end = {Phase.COMPILED};
        Thread teller = listener.equals(CompileListener.NONE)
                ? null
                : Thread.ofVirtual().start(() -> tell(mine, listener, start));
        try {
            M module = compilation.compile(() -> end[0] = Phase.LOADED_FROM_DISK);
            modules.put(digest, new Held<>(digest, module, gone));
            forgetGone();
            mine.complete(module);
            if (teller != null) {
                join(teller);
            }
            listener.at(end[0], since(start));
            return module;
        } catch (Throwable t) {
            mine.completeExceptionally(t);
            throw t;
        }
    }

    private void forgetGone() {
        Reference<? extends M> reference = gone.poll();
        while (reference != null) {
            if (reference instanceof Held<? extends M> held) {
                modules.remove(held.digest, held);
            }
            reference = gone.poll();
        }
    }

    private @Nullable M inMemory(Digest digest) {
        WeakReference<M> reference = modules.get(digest);
        M module = reference == null ? null : reference.get();
        return module != null && retained(module) ? module : null;
    }

    private boolean retained(M module) {
        return !(module instanceof Counted counted) || counted.retain();
    }

    private void tell(CompletableFuture<M> work, CompileListener listener, long start) {
        while (true) {
            try {
                work.get(TELL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                listener.at(Phase.COMPILING, since(start));
            } catch (ExecutionException | InterruptedException e) {
                // The one who compiles has the failure; here there is nobody to tell any more.
                return;
            }
        }
    }

    private M await(CompletableFuture<M> work, CompileListener listener, long start) {
        listener.at(Phase.COMPILING, since(start));
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw Problem.internal("compiling failed: " + e.getCause(), e);
        }
    }

    private static void join(Thread teller) {
        boolean interrupted = false;
        while (true) {
            try {
                teller.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
