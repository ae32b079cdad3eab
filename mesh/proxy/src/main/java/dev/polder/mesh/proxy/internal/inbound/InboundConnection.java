package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.ConnectionFacts;
import dev.polder.mesh.config.Decision;
import dev.polder.mesh.config.IpBlock;
import dev.polder.mesh.config.PolicySet;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.LocalHttpHandler;
import dev.polder.mesh.proxy.internal.hbone.IncomingTunnel;
import dev.polder.mesh.proxy.internal.hbone.TunnelServerConnection;
import dev.polder.mesh.proxy.internal.http.Http1ServerConnection;
import dev.polder.mesh.proxy.internal.http.Http2ServerConnection;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.RequestHandler;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.Relay;
import dev.polder.mesh.proxy.internal.transport.SocketStream;
import dev.polder.mesh.proxy.internal.transport.StreamChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A peer's connection to a workload. Each CONNECT is judged by the workload's policies and then led to the workload: to
 * its handler in this process, or by TCP to its own address. All calls on one event loop but the two that say otherwise.
 *
 * <p>Answers, as ztunnel gives them: 400 not CONNECT, no usable authority, or an address that is not this workload's; 401
 * a policy says no; 503 the application cannot be reached, does not serve that port, or an unknown host name.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class InboundConnection implements TunnelServerConnection.Acceptor {

    private static final Http1ServerConnection.Timeouts TIMEOUTS =
            Http1ServerConnection.Timeouts.ofMillis(15_000, 300_000);

    private final InboundListener listener;
    private final Worker worker;
    private final SpiffeId peer;
    private final Set<Open> open = new HashSet<>();
    private @Nullable TunnelServerConnection connection;

    /** A tunnel that was let in, and the policies that let it in. */
    private static final class Open {
        final ConnectionFacts facts;
        final ByteStream stream;
        PolicySet judgedBy;

        Open(ConnectionFacts facts, ByteStream stream, PolicySet judgedBy) {
            this.facts = facts;
            this.stream = stream;
            this.judgedBy = judgedBy;
        }
    }

    InboundConnection(InboundListener listener, Worker worker, SpiffeId peer) {
        this.listener = listener;
        this.worker = worker;
        this.peer = peer;
    }

    void attach(TunnelServerConnection tunnels) {
        connection = tunnels;
    }

    /** From any thread: judges every open tunnel by the policies of now and cuts those that may not stay. */
    void judgeAgain() {
        worker.loop().execute(() -> {
            new ArrayList<>(open).forEach(this::mayStay);
        });
    }

    /** Judges an open tunnel by the policies of now, and cuts it when they do not let it in any more. */
    private boolean mayStay(Open tunnel) {
        PolicySet now = listener.current().workload().policies();
        if (now == tunnel.judgedBy) {
            return true;
        }
        tunnel.judgedBy = now;
        Decision decision = now.decide(tunnel.facts);
        if (!decision.allowed()) {
            open.remove(tunnel);
            record(null, tunnel.facts.destinationPort())
                    .cut("connection closed due to policy change: " + decision.policy());
            tunnel.stream.abort();
        }
        return decision.allowed();
    }

    /** From any thread. */
    void cut() {
        worker.loop().execute(() -> {
            if (connection != null) {
                connection.abandon();
            }
        });
    }

    @Override
    public void onMalformed(String what) {
        record(null, 0).refused("H2_HANDSHAKE_FAILURE", what);
    }

    @Override
    public void onConnectionGone() {
        open.clear();
        listener.gone(this);
    }

    @Override
    public void onConnect(IncomingTunnel incoming) {
        InboundWorkload target = listener.current();
        String authority = incoming.authority();
        int colon = authority.lastIndexOf(':');
        int port = colon < 0 ? -1 : port(authority.substring(colon + 1));
        if (port < 1) {
            refuse(incoming, 400, "CONNECT", "authority: \"" + authority + "\" (expected: ip:port)", 0);
            return;
        }
        String host = authority.substring(0, colon);
        String literal = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        InetAddress address = IpBlock.address(literal).orElse(null);
        if (address == null) {
            refuse(incoming, 503, "CONNECT", "unknown host name \"" + host + "\"", port);
            return;
        }
        if (!address.equals(target.address())) {
            refuse(incoming, 400, "CONNECT", "IP mismatch: " + host + " is not " + target.address(), port);
            return;
        }
        if (port == listener.inbound().port()) {
            refuse(incoming, 503, "CONNECT", "tunnel to the tunnel's own port", port);
            return;
        }
        InetSocketAddress from = incoming.peerAddress();
        ConnectionFacts facts =
                ConnectionFacts.of(peer, from == null ? target.address() : from.getAddress(), address, port);
        Decision decision = target.workload().policies().decide(facts);
        if (!decision.allowed()) {
            refuse(incoming, 401, "DENY", decision.reason() + " " + decision.policy(), port);
            return;
        }
        LocalHttpHandler handler = target.handler();
        if (handler != null && !target.serves(port)) {
            refuse(incoming, 503, "CONNECT", "nothing listens on port " + port + " of " + target.address(), port);
        } else if (handler != null) {
            local(incoming, facts, target, handler);
        } else {
            connect(incoming, facts, target);
        }
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65535 ? port : -1;
    }

    private void refuse(IncomingTunnel incoming, int status, String flag, String why, int port) {
        incoming.refuse(status);
        record(null, port).refused(flag, why);
    }

    private void local(
            IncomingTunnel incoming, ConnectionFacts facts, InboundWorkload target, LocalHttpHandler handler) {
        ByteStream stream = incoming.accept();
        if (stream == null) {
            return;
        }
        Open tunnel = new Open(facts, stream, target.workload().policies());
        open.add(tunnel);
        InboundRecord record = record(stream.remoteAddress(), facts.destinationPort());
        record.opened();
        Watched watched = new Watched(stream, (received, sent, cause) -> {
            open.remove(tunnel);
            record.closed(received, sent, cause);
        });
        Supplier<RequestHandler> exchanges =
                () -> new LocalExchange(listener.inbound(), worker, target, handler, peer, () -> mayStay(tunnel));
        new TunnelVersion(
                watched, worker, http2 -> http2 ? http2(watched, exchanges) : http1(watched, incoming, exchanges));
    }

    private ByteSink http1(ByteStream stream, IncomingTunnel incoming, Supplier<RequestHandler> exchanges) {
        return new Http1ServerConnection(
                stream,
                incoming.alloc(),
                worker.scratch(),
                HttpLimits.DEFAULT,
                TIMEOUTS,
                worker.sweep(),
                exchanges.get(),
                true);
    }

    private ByteSink http2(ByteStream stream, Supplier<RequestHandler> exchanges) {
        StreamChannel channel = StreamChannel.over(stream);
        new Http2ServerConnection(channel, worker, HttpLimits.DEFAULT, true, exchanges).start();
        return channel;
    }

    private void connect(IncomingTunnel incoming, ConnectionFacts facts, InboundWorkload target) {
        InboundRecord record = record(incoming.peerAddress(), facts.destinationPort());
        listener.inbound()
                .transport()
                .client(worker.loop())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new SocketStream(channel));
                    }
                })
                .connect(new InetSocketAddress(target.address(), facts.destinationPort()))
                .addListener((ChannelFuture done) -> {
                    if (!done.isSuccess()) {
                        incoming.refuse(503);
                        record.refused("CONNECT", String.valueOf(done.cause().getMessage()));
                        return;
                    }
                    ByteStream stream = incoming.accept();
                    if (stream == null) {
                        done.channel().close();
                        return;
                    }
                    SocketStream application = done.channel().pipeline().get(SocketStream.class);
                    Open tunnel = new Open(facts, stream, target.workload().policies());
                    open.add(tunnel);
                    record.opened();
                    Relay.start(stream, application, (received, sent, cause) -> {
                        open.remove(tunnel);
                        record.closed(received, sent, cause);
                    });
                });
    }

    private InboundRecord record(@Nullable InetSocketAddress from, int port) {
        InboundWorkload target = listener.current();
        Workload workload = target.workload();
        return new InboundRecord(
                listener.inbound().telemetry(),
                from,
                PeerLabels.source(listener.inbound().sourceWorkload(peer), peer),
                new InetSocketAddress(target.address(), port),
                PeerLabels.destination(workload, workload.identity(), null));
    }
}
