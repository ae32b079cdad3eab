package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.List;

/** Whether somebody asked a task to stop, and what must happen then. Safe for any thread. */
final class Cancellation {

    private final List<Runnable> cleanUps = new ArrayList<>();
    private boolean cancelled;

    synchronized boolean cancelled() {
        return cancelled;
    }

    void check() {
        if (cancelled()) {
            throw new Problem(
                    Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, false, "the task has been cancelled", null, null);
        }
    }

    void cancel() {
        List<Runnable> now;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            now = List.copyOf(cleanUps);
            cleanUps.clear();
        }
        now.forEach(Runnable::run);
    }

    void onCancel(Runnable cleanUp) {
        synchronized (this) {
            if (!cancelled) {
                cleanUps.add(cleanUp);
                return;
            }
        }
        cleanUp.run();
    }

    /** Forgets what a finished step left behind. */
    synchronized void forget() {
        cleanUps.clear();
    }
}
