package dev.polder.wasm.event;

import dev.polder.wasm.service.SpinTrigger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger is right now. Counts begin with the process.
 *
 * @param source where its events come from, without passwords
 * @param redelivers whether the source brings an event again that was not handled
 * @param since of the phase
 * @param nextAt when a cron trigger is due
 * @param running events that are handled or wait for their next attempt
 * @param waiting events that wait in memory
 * @param received events that came
 * @param failed attempts that failed
 * @param redelivered attempts after the first, and events that the source brought again
 * @param dropped events that were lost, because there was no place for them
 */
public record TriggerState(
        SpinTrigger.Event trigger,
        String source,
        boolean redelivers,
        Phase phase,
        Instant since,
        @Nullable Instant lastEventAt,
        @Nullable Failure lastError,
        @Nullable Instant nextAt,
        int running,
        int waiting,
        long received,
        long succeeded,
        long failed,
        long redelivered,
        long dropped) {

    /** Whether events can come. */
    public enum Phase {
        CONNECTING("connecting"),
        CONNECTED("connected"),
        /** The connection broke, or there was none; it is tried again. */
        RETRYING("retrying"),
        STOPPED("stopped");

        private final String id;

        Phase(String id) {
            this.id = id;
        }

        /** The word of the HTTP API. */
        public String id() {
            return id;
        }
    }

    /** What went wrong last, with the connection or with an event. */
    public record Failure(Instant at, String message) {}
}
