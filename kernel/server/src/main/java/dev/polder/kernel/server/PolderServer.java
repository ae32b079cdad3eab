package dev.polder.kernel.server;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerPort;
import dev.polder.kernel.model.Problem;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HTTP server: HTTP/1.1 and HTTP/2 on one port, with or without TLS.
 *
 * <p>Made by {@link #builder()}, which also lists what it serves. Event loops are few and only move bytes; each request
 * is handled on a virtual thread of its own. Safe for any thread.
 */
public final class PolderServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolderServer.class);
    private static final int START_SECONDS = 20;

    private final Server server;
    private final OpenStreams streams;
    private final boolean tls;

    private PolderServer(Server server, OpenStreams streams, boolean tls) {
        this.server = server;
        this.streams = streams;
        this.tls = tls;
    }

    /** A server that listens on a free loopback port until told otherwise. */
    public static PolderServerBuilder builder() {
        return new PolderServerBuilder();
    }

    static PolderServer start(Server server, InetSocketAddress wanted, OpenStreams streams, boolean tls) {
        try {
            server.start().get(START_SECONDS, TimeUnit.SECONDS);
            return new PolderServer(server, streams, tls);
        } catch (ExecutionException e) {
            var _ = server.closeAsync();
            throw notStarted(wanted, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            var _ = server.closeAsync();
            throw Problem.unavailable(
                    "port " + wanted.getPort() + ": no listener after " + START_SECONDS + " s (expected: at once)", e);
        } catch (InterruptedException e) {
            var _ = server.closeAsync();
            Thread.currentThread().interrupt();
            throw new Problem(
                    Problem.Code.CANCELLED,
                    Problem.WhoFailed.CALLER,
                    true,
                    "interrupted while port " + wanted.getPort() + " was being opened",
                    null,
                    e);
        }
    }

    private static Problem notStarted(InetSocketAddress wanted, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        for (Throwable t = cause; t != null; t = t.getCause()) {
            // Netty's native transport reports EADDRINUSE as an exception of its own whose text is the system's.
            boolean taken =
                    t instanceof BindException || String.valueOf(t.getMessage()).contains("Address already in use");
            if (taken) {
                return PortHolder.taken(wanted.getPort(), cause);
            }
        }
        return Problem.unavailable(
                "listen address " + wanted.getHostString() + ":" + wanted.getPort() + ": " + cause.getMessage(), cause);
    }

    /** The port it really listens on. */
    public int port() {
        ServerPort port = server.activePort();
        if (port == null) {
            throw new IllegalStateException("the server is closed");
        }
        return port.localAddress().getPort();
    }

    /** Where a client on this machine reaches it, such as {@code http://127.0.0.1:7007}. */
    public URI uri() {
        ServerPort port = server.activePort();
        if (port == null) {
            throw new IllegalStateException("the server is closed");
        }
        InetSocketAddress address = port.localAddress();
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
        return URI.create((tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + address.getPort());
    }

    /**
     * Ends event streams, lets running requests finish for at most five seconds, and closes the port. Idempotent; what
     * goes wrong while closing is logged, not thrown.
     */
    @Override
    public void close() {
        streams.endAll();
        try {
            server.stop().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("the HTTP server did not stop cleanly");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
