package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import java.time.Duration;

/** When a pull or push must have ended, whatever the registry does. */
public final class Deadline {

    private final long start = System.nanoTime();
    private final Duration whole;
    private final String what;

    /** @param what what must end, for messages */
    public Deadline(Duration whole, String what) {
        this.whole = whole;
        this.what = what;
    }

    /** This long, or what is left when that is less. */
    Duration atMost(Duration wanted) {
        Duration left = whole.minusNanos(System.nanoTime() - start);
        if (!left.isPositive()) {
            throw passed();
        }
        return left.compareTo(wanted) < 0 ? left : wanted;
    }

    /** Waits, unless that would pass the deadline. */
    void pause(Duration time) {
        if (atMost(time).compareTo(time) < 0) {
            throw passed();
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        }
    }

    Problem cancelled(Throwable cause) {
        return new Problem(Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, true, what + ": stopped", null, cause);
    }

    private Problem passed() {
        return new Problem(
                Problem.Code.DEADLINE,
                Problem.WhoFailed.UPSTREAM,
                true,
                what + ": not done (expected: within " + whole.toMillis() / 1000.0 + " s)",
                null,
                null);
    }
}
