package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.hbone.TunnelStream;
import dev.polder.mesh.proxy.internal.http.Http1ClientConnection;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.SocketStream;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections of one event loop to one upstream: over a socket, or inside tunnels. The one used last is used
 * next; one that rested long is closed, before the upstream does it under our hands.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class UpstreamPool implements Http1ClientConnection.Owner, Swept {

    /** nginx and most servers close after 60 s or more. */
    private static final long MOST_REST = 30_000_000_000L;

    private static final int MOST_RESTING = 512;

    /** Waits for a connection; one of the two is called, perhaps at once. */
    interface Taker {
        void connected(Http1ClientConnection connection);

        /**
         * @param flag Istio's response flag
         */
        void notConnected(String flag, String why, boolean denied);
    }

    private final Upstream upstream;
    private final GatewayWorker gateway;
    private final Worker worker;
    private final ArrayDeque<Http1ClientConnection> resting = new ArrayDeque<>();
    private boolean draining;
    private int open;

    UpstreamPool(Upstream upstream, GatewayWorker gateway, Worker worker) {
        this.upstream = upstream;
        this.gateway = gateway;
        this.worker = worker;
        worker.sweep().add(this);
    }

    /** A resting connection that still looks alive, or null. */
    @Nullable
    Http1ClientConnection takeResting() {
        Http1ClientConnection connection;
        while ((connection = resting.pollFirst()) != null) {
            if (connection.isOpen()) {
                return connection;
            }
        }
        return null;
    }

    /** Makes a new connection. */
    void connect(Taker taker) {
        if (upstream.tunnelled()) {
            gateway.openTunnel(upstream, new TunnelOpened() {
                @Override
                public void opened(TunnelStream stream) {
                    taker.connected(connection(stream, gateway.alloc()));
                }

                @Override
                public void failed(TunnelFailure failure) {
                    taker.notConnected(
                            failure.flag().equals("DENY") ? "UAEX" : "UF", failure.describe(), failure.status() == 401);
                }
            });
            return;
        }
        gateway.transport()
                .client(worker.loop())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new SocketStream(channel));
                    }
                })
                .connect(upstream.key.address())
                .addListener((ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        SocketStream stream = done.channel().pipeline().get(SocketStream.class);
                        taker.connected(connection(stream, done.channel().alloc()));
                    } else {
                        taker.notConnected("UF", String.valueOf(done.cause().getMessage()), false);
                    }
                });
    }

    private Http1ClientConnection connection(ByteStream stream, ByteBufAllocator alloc) {
        open++;
        return new Http1ClientConnection(stream, alloc, worker.scratch(), HttpLimits.DEFAULT, this);
    }

    @Override
    public void rests(Http1ClientConnection connection) {
        if (draining || upstream.retired || resting.size() >= MOST_RESTING) {
            connection.close();
            return;
        }
        connection.restingSince = gateway.now();
        resting.addFirst(connection);
    }

    @Override
    public void gone(Http1ClientConnection connection) {
        open--;
        resting.remove(connection);
    }

    @Override
    public void sweep(long now) {
        Http1ClientConnection oldest;
        while ((oldest = resting.peekLast()) != null && (upstream.retired || now - oldest.restingSince > MOST_REST)) {
            resting.pollLast();
            oldest.close();
        }
        if (open == 0 && upstream.retired) {
            gateway.drop(upstream);
            worker.sweep().remove(this);
        }
    }

    @Override
    public void drain() {
        draining = true;
        Http1ClientConnection connection;
        while ((connection = resting.pollFirst()) != null) {
            connection.close();
        }
    }
}
