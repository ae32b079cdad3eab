package dev.polder.wasm.event;

import java.time.Duration;

/**
 * What triggers may take, and how hard they try.
 *
 * @param concurrency events of one trigger that are handled at once
 * @param queue events of one trigger that wait in memory, where the source cannot be made to wait
 * @param queueBytes their payloads
 * @param payloadBytes of one event; a bigger one is not delivered
 * @param attempts that an event gets before it is a dead letter
 * @param firstBackoff before the second attempt, and before the first reconnection; doubled each time
 * @param longestBackoff no wait is longer
 * @param deadLetters kept for an app; the oldest are dropped for new ones
 * @param deadLetterBytes their payloads
 */
public record EventLimits(
        int concurrency,
        int queue,
        long queueBytes,
        int payloadBytes,
        int attempts,
        Duration firstBackoff,
        Duration longestBackoff,
        int deadLetters,
        long deadLetterBytes) {

    /** 8 at once, 1,000 or 16 MiB waiting, 4 MiB each, 5 attempts over 7.5 s, 1,000 dead letters or 64 MiB. */
    public static final EventLimits DEFAULT = new EventLimits(
            8, 1000, 16L << 20, 4 << 20, 5, Duration.ofMillis(500), Duration.ofSeconds(30), 1000, 64L << 20);

    /** @param done attempts that failed, at least 1 */
    Duration backoff(int done) {
        long millis = firstBackoff.toMillis() << Math.min(done - 1, 20);
        return Duration.ofMillis(Math.min(millis, longestBackoff.toMillis()));
    }
}
