package dev.polder.wasm.wasi.p2.http;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a request may take.
 *
 * @param connect to connect
 * @param firstByte from there to the response's headers
 * @param betweenBytes between two chunks of the response's body
 */
public record Timeouts(Duration connect, Duration firstByte, Duration betweenBytes) {

    /** 10 seconds to connect, a minute for the rest. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(1));

    /** What the guest asked for, but no longer than what it may. */
    static Duration shorter(Optional<Long> nanos, Duration most) {
        return nanos.filter(n -> n >= 0 && n < most.toNanos())
                .map(Duration::ofNanos)
                .orElse(most);
    }
}
