package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.AuthorizationPolicy;
import dev.polder.mesh.proxy.internal.hbone.SameProcess;
import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.hbone.TunnelRequest;
import dev.polder.mesh.proxy.internal.hbone.TunnelTarget;
import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.transport.SpiffeTrust;
import dev.polder.mesh.proxy.internal.transport.Sweep;
import dev.polder.mesh.proxy.internal.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bare tunnels: what CONNECT is answered, and how bytes end. */
class TunnelIT {

    private static final SpiffeId SOURCE = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/client");
    private static final String ADDRESS = "127.64.0.3";

    private final TestCa ca = new TestCa("cluster.local");
    private final int hbonePort = HboneIT.freePort();
    private final EventLoopGroup loops = Transport.best().group(1, "test");
    private final EventLoop loop = loops.next();
    private final MeshTls tls = new MeshTls(ca, loops);
    private final Sweep sweep = new Sweep();
    private final TunnelPool pool = new TunnelPool(loop, Transport.best(), tls, sweep, SameProcess.NONE);
    private final Proxy node = Proxy.builder()
            .identities(ca)
            .node(workload -> true)
            .hbonePort(hbonePort)
            .workers(1)
            .start();
    private @Nullable ServerSocket application;

    @BeforeEach
    void start() throws IOException {
        tls.prepare(SOURCE);
        // an application that reads to the end and only then answers: it lives by half-closed connections
        ServerSocket server = new ServerSocket(0, 50, TestMesh.ip(ADDRESS));
        application = server;
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> answer(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        apply(null);
    }

    private static void answer(Socket socket) {
        try (socket) {
            byte[] all = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(("got " + all.length).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // the test is over
        }
    }

    private void apply(@Nullable AuthorizationPolicy policy) {
        TestMesh mesh = new TestMesh();
        mesh.workload("app", ADDRESS, policy);
        node.apply(mesh.snapshot());
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        if (application != null) {
            application.close();
        }
        loop.execute(sweep::drain);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        tls.close();
    }

    private int port() {
        return java.util.Objects.requireNonNull(application).getLocalPort();
    }

    private CompletableFuture<Object> open(String authority) {
        return open(pool, new InetSocketAddress(TestMesh.ip(ADDRESS), hbonePort), authority);
    }

    private CompletableFuture<Object> open(TunnelPool from, InetSocketAddress address, String authority) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        TunnelTarget target =
                new TunnelTarget(SOURCE, Set.of(new SpiffeId("cluster.local", "default", "app")), address);
        loop.execute(() -> from.open(target, new TunnelRequest(authority, "", null, null), into(outcome)));
        return outcome;
    }

    /** Completes with the stream, or with the failure. */
    static TunnelOpened into(CompletableFuture<Object> outcome) {
        return new TunnelOpened() {
            @Override
            public void opened(ByteStream stream) {
                outcome.complete(stream);
            }

            @Override
            public void failed(TunnelFailure failure) {
                outcome.complete(failure);
            }
        };
    }

    /** What a listener does with a connection, without a socket: the same TLS, both ends' certificates, the same first bytes. */
    @Test
    void goesThroughMemoryToAListenerOfThisProcessByTheSameTls() throws Exception {
        SpiffeId app = new SpiffeId("cluster.local", "default", "app");
        tls.prepare(app);
        CompletableFuture<SpiffeId> peer = new CompletableFuture<>();
        CompletableFuture<String> preface = new CompletableFuture<>();
        ChannelHandler listener = new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                SslHandler secured = tls.server(app, channel.alloc());
                channel.pipeline().addLast(secured, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
                        peer.complete(SpiffeTrust.identity(
                                (X509Certificate) secured.engine().getSession().getPeerCertificates()[0]));
                        preface.complete(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
                        ((ByteBuf) message).release();
                        var _ = context.close();
                    }
                });
            }
        };
        InetSocketAddress nobody = new InetSocketAddress(TestMesh.ip(ADDRESS), 1);
        TunnelPool inMemory = new TunnelPool(loop, Transport.best(), tls, sweep, new SameProcess() {
            @Override
            public @Nullable ChannelHandler listener(InetSocketAddress address) {
                return address.equals(nobody) ? listener : null;
            }

            @Override
            public boolean handsOver() {
                return true;
            }
        });
        CompletableFuture<Object> outcome = open(inMemory, nobody, "ignored:1");
        assertThat(peer.get(10, TimeUnit.SECONDS)).isEqualTo(SOURCE);
        assertThat(preface.get(10, TimeUnit.SECONDS)).startsWith("PRI * HTTP/2.0");
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(TunnelFailure.class);
    }

    private int status(String authority) throws Exception {
        Object outcome = open(authority).get(10, TimeUnit.SECONDS);
        return outcome instanceof TunnelFailure failure ? failure.status() : 200;
    }

    @Test
    void answersConnectAsZtunnelDoes() throws Exception {
        assertThat(status(ADDRESS + ":" + port())).isEqualTo(200);
        assertThat(status("127.64.0.99:" + port())).isEqualTo(400);
        assertThat(status(ADDRESS)).isEqualTo(400);
        assertThat(status(ADDRESS + ":99999")).isEqualTo(400);
        assertThat(status(ADDRESS + ":x")).isEqualTo(400);
        assertThat(status("unknown.example:80")).isEqualTo(503);
        assertThat(status(ADDRESS + ":1")).isEqualTo(503);
        assertThat(status(ADDRESS + ":" + hbonePort)).isEqualTo(503);
        apply(HboneIT.policy(AuthorizationPolicy.Action.DENY, "cluster.local/ns/default/sa/client"));
        assertThat(status(ADDRESS + ":" + port())).isEqualTo(401);
    }

    @Test
    void leadsToAHandlerOfThisProcessOnlyByAPortThatItServes() throws Exception {
        TestMesh mesh = new TestMesh();
        mesh.workload("app", ADDRESS, null, java.util.Map.of("http", 8080));
        node.apply(mesh.snapshot());
        node.local(TestMesh.ip(ADDRESS), (request, responder) -> responder.respond(200, List.of(), new byte[0]));
        assertThat(status(ADDRESS + ":8080")).isEqualTo(200);
        assertThat(status(ADDRESS + ":1")).isEqualTo(503);
        assertThat(status(ADDRESS + ":" + port())).isEqualTo(503);
    }

    @Test
    void passesHalfClosedConnections() throws Exception {
        ByteStream stream = (ByteStream) open(ADDRESS + ":" + port()).get(10, TimeUnit.SECONDS);
        Collected collected = new Collected();
        loop.execute(() -> {
            stream.sink(collected);
            stream.write(Unpooled.copiedBuffer("x".repeat(100_000), StandardCharsets.US_ASCII));
            stream.finish();
        });
        assertThat(collected.text.get(10, TimeUnit.SECONDS)).isEqualTo("got 100000");
        assertThat(collected.closed.get(10, TimeUnit.SECONDS)).isEqualTo("normally");
    }

    @Test
    void answersARequestWhoseSenderHasEndedItsDirection() throws Exception {
        node.local(TestMesh.ip(ADDRESS), TestBodies::echo);
        apply(null);
        for (String framing : List.of(
                "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")) {
            ByteStream stream = (ByteStream) open(ADDRESS + ":8080").get(10, TimeUnit.SECONDS);
            Collected collected = new Collected();
            loop.execute(() -> {
                stream.sink(collected);
                stream.write(
                        Unpooled.copiedBuffer("POST / HTTP/1.1\r\nHost: a\r\n" + framing, StandardCharsets.US_ASCII));
                stream.finish();
            });
            assertThat(collected.text.get(10, TimeUnit.SECONDS))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("hello")
                    .endsWith("0\r\n\r\n");
            assertThat(collected.closed.get(10, TimeUnit.SECONDS)).isEqualTo("normally");
        }
        // half a body and then the end: the handler hears it, and nothing that looks complete is answered
        ByteStream stream = (ByteStream) open(ADDRESS + ":8080").get(10, TimeUnit.SECONDS);
        Collected collected = new Collected();
        loop.execute(() -> {
            stream.sink(collected);
            stream.write(Unpooled.copiedBuffer(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello", StandardCharsets.US_ASCII));
            stream.finish();
        });
        assertThat(collected.closed.get(10, TimeUnit.SECONDS)).isNotEqualTo("normally");
        assertThat(collected.text).isNotDone();
    }

    @Test
    void sharesConnectionsUpToAHundredStreams() throws Exception {
        List<CompletableFuture<Object>> opened = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            opened.add(open(ADDRESS + ":" + port()));
        }
        for (CompletableFuture<Object> each : opened) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(ByteStream.class);
        }
        CompletableFuture<Integer> connections = new CompletableFuture<>();
        loop.execute(() -> connections.complete(pool.connections()));
        assertThat(connections.get(5, TimeUnit.SECONDS)).isEqualTo(2);
    }

    private static final class Collected implements ByteSink {

        final CompletableFuture<String> text = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void onBytes(ByteBuf data) {
            byte[] copy = new byte[data.readableBytes()];
            data.readBytes(copy).release();
            bytes.writeBytes(copy);
        }

        @Override
        public void onEnd() {
            text.complete(bytes.toString(StandardCharsets.US_ASCII));
        }

        @Override
        public void onWritabilityChanged() {
            // the test writes little
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            closed.complete(cause == null ? "normally" : cause.toString());
        }
    }
}
