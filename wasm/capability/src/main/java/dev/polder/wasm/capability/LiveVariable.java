package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable whose provider is asked anew while its app serves. What it said holds for {@link #FRESH}, and a failure for a
 * shorter time, so that many instances ask it once. For any thread; guests that wait for it compute nothing.
 */
final class LiveVariable {

    /** How old a value may be. */
    static final Duration FRESH = Duration.ofSeconds(5);

    private static final Duration FAILED = Duration.ofSeconds(1);

    private final String name;
    private final List<VariableProvider> providers;
    private final @Nullable String otherwise;
    private final Consumer<String> failures;
    private final LongSupplier nanos;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Answer last;

    /** One of the two is null. */
    private record Answer(@Nullable String value, @Nullable Problem failure, long until) {}

    /**
     * @param providers asked in this order; the first that has a value wins
     * @param otherwise the manifest's default, or null
     * @param failures told of each
     * @param nanos the time, as {@link System#nanoTime}
     */
    LiveVariable(
            String name,
            List<VariableProvider> providers,
            @Nullable String otherwise,
            Consumer<String> failures,
            LongSupplier nanos) {
        this.name = name;
        this.providers = List.copyOf(providers);
        this.otherwise = otherwise;
        this.failures = failures;
        this.nanos = nanos;
    }

    /**
     * Its value of now.
     *
     * @throws Problem that names the variable, and the provider that failed
     */
    String value() {
        Answer answer = last;
        if (answer == null || answer.until() - nanos.getAsLong() <= 0) {
            answer = GuestExecutor.blocking(this::asked);
        }
        if (answer.failure() != null) {
            throw answer.failure();
        }
        return String.valueOf(answer.value());
    }

    private Answer asked() {
        asking.lock();
        try {
            Answer answer = last;
            if (answer == null || answer.until() - nanos.getAsLong() <= 0) {
                answer = ask();
                last = answer;
            }
            return answer;
        } finally {
            asking.unlock();
        }
    }

    private Answer ask() {
        try {
            String value = otherwise;
            for (VariableProvider provider : providers) {
                Optional<String> found = provider.value(name);
                if (found.isPresent()) {
                    value = found.get();
                    break;
                }
            }
            String fault = Variables.valueFault(value);
            return fault == null
                    ? new Answer(value, null, nanos.getAsLong() + FRESH.toNanos())
                    : failed(Problem.invalid("variable \"" + name + "\" " + fault));
        } catch (Problem e) {
            return failed(e.reworded(e.code(), "variable \"" + name + "\": " + e.detail()));
        }
    }

    private Answer failed(Problem failure) {
        failures.accept(failure.detail());
        return new Answer(null, failure, nanos.getAsLong() + FAILED.toNanos());
    }
}
