package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.internal.http.Http2ClientConnection;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.UpstreamExchange;
import dev.polder.mesh.proxy.internal.http.Worker;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop to one upstream. A request takes a stream of one that has room; while one is
 * being made, everybody who comes waits for it instead of making another. Where the handshake ends in HTTP/1.1, who waits
 * makes a connection of his own, and so does, from then on, who comes.
 */
final class SharedConnections implements Http2ClientConnection.Owner {

    private final Upstream upstream;
    private final Worker worker;
    private final HttpLimits limits;
    private final Consumer<UpstreamPool.Taker> open;

    /** Those that take new streams. */
    private final List<Http2ClientConnection> connections = new ArrayList<>();

    /** Those whose settings have not come yet. */
    private final Set<Http2ClientConnection> starting = new HashSet<>();

    private final ArrayDeque<UpstreamPool.Taker> waiting = new ArrayDeque<>();
    private int connecting;
    private int alive;
    private boolean notShared;

    /** @param open makes a connection and hands it to the taker, or to {@link #add} */
    SharedConnections(Upstream upstream, Worker worker, HttpLimits limits, Consumer<UpstreamPool.Taker> open) {
        this.upstream = upstream;
        this.worker = worker;
        this.limits = limits;
        this.open = open;
    }

    /** Room for one exchange, or null. */
    @Nullable
    UpstreamExchange take() {
        for (int i = 0; i < connections.size(); i++) {
            if (connections.get(i).hasRoom()) {
                return connections.get(i).exchange();
            }
        }
        return null;
    }

    /** Gives the taker room in a connection, once there is some. */
    void connect(UpstreamPool.Taker taker) {
        UpstreamExchange room = take();
        if (room != null) {
            taker.connected(room);
            return;
        }
        if (notShared) {
            open.accept(taker);
            return;
        }
        waiting.add(taker);
        if (connecting == 0 && starting.isEmpty()) {
            open();
        }
    }

    private void open() {
        connecting++;
        open.accept(new First());
    }

    /** Makes the connection that all wait for. */
    private final class First implements UpstreamPool.Taker {

        @Override
        public void connected(UpstreamExchange exchange) {
            connecting--;
            notShared = true;
            UpstreamPool.Taker next = waiting.poll();
            if (next == null) {
                exchange.release();
            } else {
                next.connected(exchange);
            }
            List<UpstreamPool.Taker> others = List.copyOf(waiting);
            waiting.clear();
            others.forEach(open);
        }

        @Override
        public void notConnected(UpstreamFailure failure) {
            connecting--;
            failAll(failure);
        }
    }

    /** A connection that speaks HTTP/2 was made for that taker. */
    void add(Channel channel, UpstreamPool.Taker taker) {
        notShared = false;
        if (taker instanceof First) {
            connecting--;
        } else {
            // it was to be HTTP/1.1, as the one before
            waiting.add(taker);
        }
        String scheme = upstream.key.tlsName() == null ? "http" : "https";
        Http2ClientConnection connection = new Http2ClientConnection(channel, scheme, worker, limits, this);
        alive++;
        starting.add(connection);
        connection.start();
    }

    @Override
    public void hasRoom(Http2ClientConnection connection) {
        if (starting.remove(connection)) {
            connections.add(connection);
            if (!connection.takesStreams()) {
                failAll(new UpstreamFailure(
                        HttpFailure.Kind.HTTP_PROTOCOL_ERROR, "UF", "HTTP/2: the server takes no streams", false));
                connection.drain();
                return;
            }
        }
        while (!waiting.isEmpty() && connection.hasRoom()) {
            waiting.remove().connected(connection.exchange());
        }
        openForWaiting();
    }

    private void openForWaiting() {
        if (!waiting.isEmpty() && connecting == 0 && starting.isEmpty()) {
            open();
        }
    }

    @Override
    public void leaves(Http2ClientConnection connection) {
        connections.remove(connection);
        if (starting.remove(connection)) {
            Throwable cause = connection.cause();
            failAll(new UpstreamFailure(
                    HttpFailure.Kind.HTTP_PROTOCOL_ERROR,
                    "UF",
                    "HTTP/2: " + (cause == null ? "the server closed the connection" : cause.getMessage()),
                    false));
        } else {
            openForWaiting();
        }
    }

    @Override
    public void gone(Http2ClientConnection connection) {
        alive--;
    }

    private void failAll(UpstreamFailure failure) {
        List<UpstreamPool.Taker> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(taker -> taker.notConnected(failure));
    }

    boolean isEmpty() {
        return alive == 0 && connecting == 0;
    }

    /** Streams under way end; no new ones begin. */
    void drain() {
        List.copyOf(connections).forEach(Http2ClientConnection::drain);
        List.copyOf(starting).forEach(Http2ClientConnection::drain);
    }
}
