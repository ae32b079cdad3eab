package dev.polder.mesh.proxy;

import java.time.Duration;

/**
 * How long a request may take; zero waits for ever.
 *
 * @param connect until there is a connection: name resolution, TCP, TLS and the tunnel, each address tried included
 * @param firstByte from then on until the head of the response; the clock stands still while the caller writes its body
 * @param betweenBytes between two parts of the response's body, while its reader waits for one
 * @param total from beginning to end
 */
public record ClientTimeouts(Duration connect, Duration firstByte, Duration betweenBytes, Duration total) {

    /** 10 s to connect, 60 s for head and between bytes, any time in total. */
    public static final ClientTimeouts DEFAULT =
            new ClientTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ZERO);
}
