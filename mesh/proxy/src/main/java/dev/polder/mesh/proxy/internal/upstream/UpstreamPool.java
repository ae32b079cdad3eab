package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.http.Http1ClientConnection;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.SocketStream;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections of one event loop to one upstream: over a socket, or inside tunnels. The one used last is used
 * next; one that rested long is closed, before the upstream does it under our hands.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class UpstreamPool implements Http1ClientConnection.Owner, Swept {

    /** nginx and most servers close after 60 s or more. */
    private static final long MOST_REST = 30_000_000_000L;

    private static final int MOST_RESTING = 512;

    /** Waits for a connection; one of the two is called, perhaps at once. */
    public interface Taker {
        void connected(Http1ClientConnection connection);

        void notConnected(UpstreamFailure failure);
    }

    private final Upstream upstream;
    private final SourceWorker source;
    private final Worker worker;
    private final ArrayDeque<Http1ClientConnection> resting = new ArrayDeque<>();
    private boolean draining;
    private boolean dropped;
    private int open;

    UpstreamPool(Upstream upstream, SourceWorker source, Worker worker) {
        this.upstream = upstream;
        this.source = source;
        this.worker = worker;
        worker.sweep().add(this);
    }

    /** A resting connection that still looks alive, or null. */
    public @Nullable Http1ClientConnection takeResting() {
        Http1ClientConnection connection;
        while ((connection = resting.pollFirst()) != null) {
            if (connection.isOpen()) {
                return connection;
            }
        }
        return null;
    }

    /** Makes a new connection. */
    public void connect(Taker taker) {
        if (upstream.tunnelled()) {
            source.openTunnel(upstream, new TunnelOpened() {
                @Override
                public void opened(ByteStream stream) {
                    taker.connected(connection(stream, ByteBufAllocator.DEFAULT));
                }

                @Override
                public void failed(TunnelFailure failure) {
                    taker.notConnected(UpstreamFailure.of(failure));
                }
            });
            return;
        }
        source.source()
                .transport()
                .client(worker.loop())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        secure(channel);
                        channel.pipeline().addLast(new SocketStream(channel));
                    }
                })
                .connect(upstream.key.address())
                .addListener((ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        connected(done.channel(), taker);
                    } else {
                        taker.notConnected(UpstreamFailure.connect(done.cause()));
                    }
                });
    }

    private void secure(Channel channel) {
        String name = upstream.key.tlsName();
        if (name != null) {
            channel.pipeline()
                    .addLast(source.egressTls()
                            .client(name, upstream.key.address().getPort(), channel.alloc()));
        }
    }

    private void connected(Channel channel, Taker taker) {
        SocketStream stream = channel.pipeline().get(SocketStream.class);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            taker.connected(connection(stream, channel.alloc()));
            return;
        }
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                taker.connected(connection(stream, channel.alloc()));
            } else {
                channel.close();
                taker.notConnected(UpstreamFailure.tls(done.cause()));
            }
        });
    }

    private Http1ClientConnection connection(ByteStream stream, ByteBufAllocator alloc) {
        open++;
        return new Http1ClientConnection(stream, alloc, worker.scratch(), source.limits(), this);
    }

    @Override
    public void rests(Http1ClientConnection connection) {
        if (draining || dropped || upstream.retired || resting.size() >= MOST_RESTING) {
            connection.close();
            return;
        }
        connection.restingSince = System.nanoTime();
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
        if (open == 0 && (upstream.retired || upstream.outside())) {
            dropped = true;
            source.drop(upstream);
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
