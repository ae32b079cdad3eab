package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.time.Duration;

/**
 * What one request of an app may use.
 *
 * @param memoryBytes linear memory of the instance
 * @param wallTime from the start of the instance to its end; waiting for a thread is bounded by the same time again
 * @param outputBytes headers and body that the guest writes to its standard output
 * @param bodyBytes the request body
 * @param concurrency requests of this app that run or wait at once; more are refused
 */
public record AppLimits(long memoryBytes, Duration wallTime, int outputBytes, int bodyBytes, int concurrency) {

    private static final long PAGE = 64 * 1024;
    private static final long MAX_MEMORY = 65_536 * PAGE;

    /** 128 MiB, 10 s, 10 MiB out, 10 MiB in, 1,024 at once. */
    public static final AppLimits DEFAULT = new AppLimits(128L << 20, Duration.ofSeconds(10), 10 << 20, 10 << 20, 1024);

    public AppLimits {
        require(memoryBytes >= PAGE && memoryBytes <= MAX_MEMORY, "memoryBytes", memoryBytes, "64 KiB to 4 GiB");
        require(
                wallTime.compareTo(Duration.ofMillis(10)) >= 0 && wallTime.compareTo(Duration.ofMinutes(10)) <= 0,
                "wallTime",
                wallTime,
                "10 ms to 10 minutes");
        require(outputBytes >= 1024, "outputBytes", outputBytes, "at least 1,024");
        require(bodyBytes >= 0, "bodyBytes", bodyBytes, "at least 0");
        require(concurrency >= 1, "concurrency", concurrency, "at least 1");
    }

    private static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw Problem.invalid("limits." + field + ": " + found + " (expected: " + expected + ")");
        }
    }
}
