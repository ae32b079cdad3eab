package dev.polder.wasm.capability;

import java.time.Duration;

/**
 * What connections of one component to other servers may take.
 *
 * @param connectTime of one connection, TLS included
 * @param callTime of one command or query
 * @param connections open at once, over all instances of the component
 * @param replyBytes of one reply or result
 * @param rows of one result of a database
 */
public record OutboundLimits(Duration connectTime, Duration callTime, int connections, int replyBytes, int rows) {

    /** 5 s to connect, 10 s a call, 128 connections, 32 MiB and 100,000 rows a reply. */
    public static final OutboundLimits DEFAULT =
            new OutboundLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 128, 32 << 20, 100_000);

    public OutboundLimits withConnections(int most) {
        return new OutboundLimits(connectTime, callTime, most, replyBytes, rows);
    }

    int connectMillis() {
        return Math.toIntExact(connectTime.toMillis());
    }

    int callMillis() {
        return Math.toIntExact(callTime.toMillis());
    }
}
