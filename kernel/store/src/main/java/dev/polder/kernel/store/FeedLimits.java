package dev.polder.kernel.store;

import java.time.Duration;

/**
 * How far back the change feed reaches: a change is dropped once it is both older than {@code age} and more than
 * {@code changes} behind the newest.
 *
 * @param every after how many versions the feed is trimmed
 */
record FeedLimits(long changes, Duration age, long every) {

    static final FeedLimits DEFAULT = new FeedLimits(20_000, Duration.ofHours(1), 1_000);
}
