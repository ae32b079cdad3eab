package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.proxy.internal.http.Http1ServerConnection;
import dev.polder.mesh.proxy.internal.http.Http2ServerConnection;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.SocketStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Sets up the connections of clients: TLS where the listener has it, then the version of HTTP the client speaks. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class GatewayChannels extends ChannelInitializer<Channel> {

    private static final Http1ServerConnection.Timeouts TIMEOUTS =
            Http1ServerConnection.Timeouts.ofMillis(15_000, 75_000);

    private final Gateway gateway;
    private final int listenerPort;
    private final @Nullable GatewayTls tls;

    /**
     * @param listenerPort the port in the Gateway resource, which need not be the one that is bound
     */
    public GatewayChannels(Gateway gateway, int listenerPort, @Nullable GatewayTls tls) {
        this.gateway = gateway;
        this.listenerPort = listenerPort;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        gateway.telemetry().metrics().clientConnections().increment();
        channel.closeFuture()
                .addListener(closed ->
                        gateway.telemetry().metrics().clientConnections().decrement());
        GatewayTls secured = tls;
        if (secured == null) {
            Worker worker = gateway.worker(channel.eventLoop()).worker();
            channel.pipeline().addLast(new VersionSniffer(worker, this));
        } else {
            channel.pipeline().addLast(new ByServerName(secured, this));
        }
    }

    void http1(Channel channel, boolean secure) {
        GatewayWorker worker = gateway.worker(channel.eventLoop());
        SocketStream stream = new SocketStream(channel);
        channel.pipeline().addLast(stream);
        Http1ServerConnection connection = new Http1ServerConnection(
                stream,
                channel.alloc(),
                worker.worker().scratch(),
                HttpLimits.DEFAULT,
                TIMEOUTS,
                worker.worker().sweep(),
                new GatewayExchange(worker, listenerPort),
                secure);
        stream.sink(connection);
    }

    void http2(Channel channel, boolean secure) {
        GatewayWorker worker = gateway.worker(channel.eventLoop());
        new Http2ServerConnection(
                        channel,
                        worker.worker(),
                        HttpLimits.DEFAULT,
                        secure,
                        () -> new GatewayExchange(worker, listenerPort))
                .start();
    }

    /** Chooses the certificate by the client's SNI. */
    private static final class ByServerName extends AbstractSniHandler<SslContext> {

        private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;

        private final GatewayTls tls;
        private final GatewayChannels channels;

        ByServerName(GatewayTls tls, GatewayChannels channels) {
            super(HANDSHAKE_TIMEOUT_MILLIS);
            this.tls = tls;
            this.channels = channels;
        }

        @Override
        protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
            SslContext context = tls.context(hostname);
            return context != null
                    ? ctx.executor().newSucceededFuture(context)
                    : ctx.executor().newFailedFuture(new SSLException("no listener for server name " + hostname));
        }

        @Override
        protected void onLookupComplete(
                ChannelHandlerContext ctx, @Nullable String hostname, Future<SslContext> future) {
            if (!future.isSuccess()) {
                ctx.close();
                return;
            }
            SslHandler handler = future.getNow().newHandler(ctx.alloc());
            ctx.pipeline().addAfter(ctx.name(), "versions", new Negotiated(channels));
            ctx.pipeline().replace(this, "tls", handler);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** Goes on with what ALPN agreed on; HTTP/1.1 for clients without ALPN. */
    private static final class Negotiated extends ApplicationProtocolNegotiationHandler {

        private final GatewayChannels channels;

        Negotiated(GatewayChannels channels) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.channels = channels;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                channels.http2(ctx.channel(), true);
            } else {
                channels.http1(ctx.channel(), true);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
