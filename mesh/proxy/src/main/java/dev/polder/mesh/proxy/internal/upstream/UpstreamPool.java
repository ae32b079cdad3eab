package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.http.Http1ClientConnection;
import dev.polder.mesh.proxy.internal.http.UpstreamExchange;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.SocketStream;
import dev.polder.mesh.proxy.internal.transport.StreamChannel;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to one upstream: over a socket, or inside tunnels. Of those with HTTP/1.1 the one used last
 * is used next; one that rested long is closed, before the upstream does it under our hands. Those with HTTP/2 are shared:
 * see {@link SharedConnections}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class UpstreamPool implements Http1ClientConnection.Owner, Swept {

    /** nginx and most servers close after 60 s or more. */
    private static final long MOST_REST = 30_000_000_000L;

    private static final int MOST_RESTING = 512;

    /** Waits for a connection; one of the two is called, perhaps at once. */
    public interface Taker {
        void connected(UpstreamExchange exchange);

        void notConnected(UpstreamFailure failure);
    }

    private final Upstream upstream;
    private final SourceWorker source;
    private final Worker worker;
    private final ArrayDeque<Http1ClientConnection> resting = new ArrayDeque<>();
    private final @Nullable SharedConnections shared;
    private boolean draining;
    private boolean dropped;
    private int open;

    UpstreamPool(Upstream upstream, SourceWorker source, Worker worker) {
        this.upstream = upstream;
        this.source = source;
        this.worker = worker;
        this.shared = upstream.key.http2() || upstream.key.tlsName() != null
                ? new SharedConnections(upstream, worker, source.limits(), this::open)
                : null;
        worker.sweep().add(this);
    }

    /** A resting connection that still looks alive, or room in a shared one, or null. */
    public @Nullable UpstreamExchange takeResting() {
        UpstreamExchange room = shared == null ? null : shared.take();
        if (room != null) {
            return room;
        }
        Http1ClientConnection connection;
        while ((connection = resting.pollFirst()) != null) {
            if (connection.isOpen()) {
                return connection;
            }
        }
        return null;
    }

    /** Makes a new connection, or waits for one that is being made and will be shared. */
    public void connect(Taker taker) {
        if (shared == null) {
            open(taker);
        } else {
            shared.connect(taker);
        }
    }

    private void open(Taker taker) {
        if (upstream.tunnelled()) {
            source.openTunnel(upstream, new TunnelOpened() {
                @Override
                public void opened(ByteStream stream) {
                    if (upstream.key.http2() && shared != null) {
                        shared.add(StreamChannel.over(stream), taker);
                    } else {
                        taker.connected(connection(stream, ByteBufAllocator.DEFAULT));
                    }
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
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            speak(channel, upstream.key.http2(), taker);
            return;
        }
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                speak(channel, ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol()), taker);
            } else {
                channel.close();
                taker.notConnected(UpstreamFailure.tls(done.cause()));
            }
        });
    }

    private void speak(Channel channel, boolean http2, Taker taker) {
        SocketStream stream = channel.pipeline().get(SocketStream.class);
        if (http2 && shared != null) {
            channel.pipeline().remove(stream);
            shared.add(channel, taker);
        } else {
            taker.connected(connection(stream, channel.alloc()));
        }
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
        if (shared != null && upstream.retired) {
            shared.drain();
        }
        boolean unused = open == 0 && (shared == null || shared.isEmpty());
        if (unused && (upstream.retired || upstream.outside())) {
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
        if (shared != null) {
            shared.drain();
        }
    }
}
