package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

/** A task's events up to its end. One thread at a time. */
final class EventIterator implements Iterator<TaskEvent> {

    private final Scaffolder scaffolder;
    private final String taskId;
    private final Queue<TaskEvent> ready = new ArrayDeque<>();
    private long after;
    private boolean ended;

    EventIterator(Scaffolder scaffolder, String taskId, long after) {
        this.scaffolder = scaffolder;
        this.taskId = taskId;
        this.after = after;
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && !ended) {
            try {
                scaffolder.awaitEvents(taskId, after, Duration.ofMinutes(1)).forEach(this::take);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Problem(
                        Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, true, "interrupted while waiting", null, e);
            }
        }
        return !ready.isEmpty();
    }

    private void take(TaskEvent event) {
        ready.add(event);
        after = Math.max(after, event.id());
        ended |= event.type() == TaskEvent.Type.COMPLETION && !event.recoverable();
    }

    @Override
    public TaskEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the task " + taskId + " has ended");
        }
        return ready.remove();
    }
}
