package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.proxy.internal.hbone.TunnelServerConnection;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.transport.SpiffeTrust;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HBONE listener of one workload address: mutual TLS with the workload's own certificate, then tunnels. A plain
 * connection ends in a failed handshake.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class InboundListener extends ChannelInitializer<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(InboundListener.class);

    private final Inbound inbound;
    private final SpiffeId identity;
    private final Set<InboundConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile InboundWorkload current;
    private @Nullable Channel server;

    InboundListener(Inbound inbound, InboundWorkload first) {
        this.inbound = inbound;
        this.identity = first.workload().identity();
        this.current = first;
    }

    SpiffeId identity() {
        return identity;
    }

    InboundWorkload current() {
        return current;
    }

    Inbound inbound() {
        return inbound;
    }

    void bound(Channel channel) {
        server = channel;
    }

    /** Takes a newer description; when its policies differ, live tunnels are judged again. */
    void update(InboundWorkload next) {
        boolean policies = next.workload().policies() != current.workload().policies();
        current = next;
        if (policies) {
            connections.forEach(InboundConnection::judgeAgain);
        }
    }

    /** Stops accepting; connections end when their tunnels have. */
    void drain() {
        Channel channel = server;
        if (channel != null) {
            channel.close().syncUninterruptibly();
        }
    }

    /** Stops accepting and cuts what is open: the workload is gone. */
    void close() {
        drain();
        connections.forEach(InboundConnection::cut);
    }

    void gone(InboundConnection connection) {
        connections.remove(connection);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(inbound.tls().server(identity, channel.alloc()));
        channel.pipeline().addLast(new AfterHandshake());
    }

    private void established(Channel channel, SslHandler tls) throws CertificateException, SSLPeerUnverifiedException {
        SpiffeId peer =
                SpiffeTrust.identity((X509Certificate) tls.engine().getSession().getPeerCertificates()[0]);
        if (!"h2".equals(tls.applicationProtocol())) {
            throw new CertificateException("peer did not agree on h2");
        }
        Worker worker = inbound.worker(channel.eventLoop());
        InboundConnection connection = new InboundConnection(this, worker, peer);
        connections.add(connection);
        TunnelServerConnection tunnels = new TunnelServerConnection(channel, worker.sweep(), connection);
        connection.attach(tunnels);
        tunnels.begin();
    }

    private void failed(Channel channel, Throwable cause) {
        LOG.debug("inbound {}: {} from {}", current.address(), cause.getMessage(), channel.remoteAddress());
        inbound.telemetry()
                .metrics()
                .tcp(
                        Metrics.Reporter.DESTINATION,
                        PeerLabels.source(null, null),
                        PeerLabels.destination(current.workload(), identity, null),
                        false)
                .failed("TLS_FAILURE");
        channel.close();
    }

    private final class AfterHandshake extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done) {
                try {
                    if (done.isSuccess()) {
                        SslHandler tls = ctx.pipeline().get(SslHandler.class);
                        ctx.pipeline().remove(this);
                        established(ctx.channel(), tls);
                    } else {
                        failed(ctx.channel(), done.cause());
                    }
                } catch (CertificateException | SSLPeerUnverifiedException e) {
                    failed(ctx.channel(), e);
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // the handshake event told it already
            ctx.close();
        }
    }
}
