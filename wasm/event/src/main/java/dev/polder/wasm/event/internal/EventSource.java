package dev.polder.wasm.event.internal;

import dev.polder.wasm.service.AppEvent;
import java.time.Instant;

/** Where the events of one trigger come from. {@link #run} has a thread of its own; the others are for any thread. */
public interface EventSource {

    /** Takes the events of a source. */
    interface Intake {
        /** Events can come from now on. */
        void connected();

        /** When the next event is due, for those who know. */
        void next(Instant due);

        /** Waits for a place for one event, for sources that can be made to wait; it is for {@link #accept} or given back. */
        void awaitPlace() throws InterruptedException;

        /** Gives a place back that no event came for. */
        void giveBack();

        /** Takes an event that has a place. */
        void accept(Received received);

        /** Takes an event when there is a place for it; one that is lost is counted and told. */
        boolean offer(Received received);

        /** Whether the trigger ends. */
        boolean closed();

        /** Waits until the trigger ends, at most this long; whether it does. */
        boolean awaitClose(long millis) throws InterruptedException;
    }

    /**
     * An event with the ways to tell its source. Both may be called by any thread and throw a {@code Problem} when the
     * source cannot be told, which then brings the event again.
     *
     * @param again whether the source brought it before
     * @param done it was handled, or is kept as a dead letter
     * @param busy it is still being worked on
     */
    record Received(AppEvent event, boolean again, Runnable done, Runnable busy) {
        /** An event whose source wants to hear nothing. */
        static Received once(AppEvent event) {
            return new Received(event, false, () -> {}, () -> {});
        }
    }

    /** Where events come from, without passwords. */
    String name();

    /** Whether an event that was not handled comes again. */
    boolean redelivers();

    /**
     * Takes events until the source is closed.
     *
     * @throws dev.polder.kernel.model.Problem when the connection broke or could not be made
     */
    void run(Intake intake) throws InterruptedException;

    /** Ends a run. What was accepted may still be told of; {@link #release} follows. */
    void close();

    /** Frees the connection, after the last accepted event. */
    void release();

    /** Makes the server forget what it keeps for this trigger, after {@link #release}; when the trigger is gone for good. */
    void forget();
}
