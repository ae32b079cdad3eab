package dev.polder.portal.git;

import java.time.Duration;

/**
 * What a repository takes from outside.
 *
 * @param maxPackBytes the largest pack of one push
 * @param maxFileBytes the largest file of a push, an import or a checkout
 * @param maxFiles the most files of an import or a checkout
 * @param maxTreeBytes the most bytes, uncompressed, of an import or a checkout
 * @param pushTime how long a push waits for its listeners; the refs are updated before and stay so
 */
public record GitLimits(long maxPackBytes, long maxFileBytes, int maxFiles, long maxTreeBytes, Duration pushTime) {

    private static final long MIB = 1024 * 1024;

    /** 100 MiB a push, 50 MiB a file, 20,000 files, 200 MiB a tree, five minutes: a service's sources, not its data. */
    public static final GitLimits DEFAULT =
            new GitLimits(100 * MIB, 50 * MIB, 20_000, 200 * MIB, Duration.ofMinutes(5));
}
