package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.proxy.internal.hbone.IncomingTunnel;
import dev.polder.mesh.proxy.internal.hbone.SameProcess;
import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.hbone.TunnelRequest;
import dev.polder.mesh.proxy.internal.hbone.TunnelServerConnection;
import dev.polder.mesh.proxy.internal.hbone.TunnelTarget;
import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
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
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tunnels between two ends of this process: opened by TLS and CONNECT, their bytes handed over or enciphered. */
class MemoryTunnelIT {

    private static final SpiffeId SOURCE = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/client");
    private static final SpiffeId APP = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/app");
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(TestMesh.ip("127.64.0.77"), 15008);
    private static final int SIZE = 1 << 20;

    private final TestCa ca = new TestCa("cluster.local");
    private final EventLoopGroup loops = Transport.best().group(1, "test");
    private final EventLoop loop = loops.next();
    private final MeshTls tls = new MeshTls(ca, loops);
    private final Sweep sweep = new Sweep();
    private final AtomicLong enciphered = new AtomicLong();
    private final CompletableFuture<Void> connectionGone = new CompletableFuture<>();
    private volatile @Nullable Channel serverChannel;
    private volatile @Nullable IncomingTunnel asked;
    private volatile @Nullable ByteStream accepted;
    private volatile int refuseWith;

    @BeforeEach
    void prepare() {
        tls.prepare(SOURCE);
        tls.prepare(APP);
    }

    @AfterEach
    void stop() throws Exception {
        loop.submit(sweep::abandon).get(5, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        tls.close();
    }

    /** The receiving side: counts what comes by TLS, then judges CONNECTs as the test wants. */
    private final class Listener extends ChannelInitializer<Channel> implements TunnelServerConnection.Acceptor {

        @Override
        protected void initChannel(Channel channel) {
            serverChannel = channel;
            SslHandler secured = tls.server(APP, channel.alloc());
            channel.pipeline()
                    .addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            enciphered.addAndGet(((ByteBuf) message).readableBytes());
                            context.fireChannelRead(message);
                        }
                    })
                    .addLast(secured);
            secured.handshakeFuture().addListener(done -> new TunnelServerConnection(channel, sweep, this).begin());
        }

        @Override
        public void onConnect(IncomingTunnel incoming) {
            asked = incoming;
            if (refuseWith != 0) {
                incoming.refuse(refuseWith);
            } else {
                accepted = incoming.accept();
            }
        }

        @Override
        public void onMalformed(String what) {
            throw new AssertionError(what);
        }

        @Override
        public void onConnectionGone() {
            connectionGone.complete(null);
        }
    }

    private TunnelPool pool(boolean handsOver) {
        Listener listener = new Listener();
        return new TunnelPool(loop, Transport.best(), tls, sweep, new SameProcess() {
            @Override
            public @Nullable ChannelHandler listener(InetSocketAddress address) {
                return address.equals(ADDRESS) ? listener : null;
            }

            @Override
            public boolean handsOver() {
                return handsOver;
            }
        });
    }

    private CompletableFuture<Object> open(TunnelPool pool) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        TunnelTarget target = new TunnelTarget(SOURCE, Set.of(APP), ADDRESS);
        loop.execute(
                () -> pool.open(target, new TunnelRequest("127.64.0.77:8080", "", null, null), TunnelIT.into(outcome)));
        return outcome;
    }

    /** One end: counts, and tells how it ended. */
    private static final class End implements ByteSink {

        final AtomicLong received = new AtomicLong();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public void onBytes(ByteBuf bytes) {
            received.addAndGet(bytes.readableBytes());
            bytes.release();
        }

        @Override
        public void onEnd() {
            ended.complete(null);
        }

        @Override
        public void onWritabilityChanged() {
            // the test writes little
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            closed.complete(cause == null ? "normally" : cause.getClass().getSimpleName());
        }
    }

    private record Both(ByteStream client, End atClient, ByteStream server, End atServer) {}

    private Both tunnel(TunnelPool pool) throws Exception {
        ByteStream client = (ByteStream) open(pool).get(10, TimeUnit.SECONDS);
        ByteStream server = Objects.requireNonNull(accepted);
        Both both = new Both(client, new End(), server, new End());
        loop.submit(() -> {
                    client.sink(both.atClient);
                    server.sink(both.atServer);
                })
                .get(5, TimeUnit.SECONDS);
        return both;
    }

    private void sendBothWaysAndEnd(Both both) throws Exception {
        loop.execute(() -> {
            both.client.write(Unpooled.wrappedBuffer(new byte[SIZE]));
            both.client.finish();
        });
        both.atServer.ended.get(10, TimeUnit.SECONDS);
        assertThat(both.atServer.received).hasValue(SIZE);
        assertThat(both.atClient.closed).as("one direction ended").isNotDone();
        loop.execute(() -> {
            both.server.write(Unpooled.wrappedBuffer(new byte[2 * SIZE]));
            both.server.finish();
        });
        assertThat(both.atClient.closed.get(10, TimeUnit.SECONDS)).isEqualTo("normally");
        assertThat(both.atServer.closed.get(10, TimeUnit.SECONDS)).isEqualTo("normally");
        assertThat(both.atClient.received).hasValue(2L * SIZE);
    }

    @Test
    void handsBytesOverAndEndsItsStream() throws Exception {
        TunnelPool pool = pool(true);
        for (int i = 0; i < 150; i++) {
            Both both = tunnel(pool);
            assertThat(Objects.requireNonNull(asked).authority()).isEqualTo("127.64.0.77:8080");
            if (i < 3) {
                sendBothWaysAndEnd(both);
            } else {
                loop.execute(both.client::close);
                assertThat(both.atServer.closed.get(10, TimeUnit.SECONDS)).isEqualTo("normally");
            }
        }
        // more than a connection may have at a time: each ended its stream
        assertThat(loop.submit(pool::connections).get(5, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(enciphered.get()).as("handshake and frames about tunnels").isBetween(1_000L, 60_000L);
    }

    @Test
    void enciphersEachByteWhereThatIsWanted() throws Exception {
        sendBothWaysAndEnd(tunnel(pool(false)));
        assertThat(enciphered.get()).isGreaterThan(SIZE);
    }

    @Test
    void passesBreaksOnFromEitherSide() throws Exception {
        TunnelPool pool = pool(true);
        Both byClient = tunnel(pool);
        loop.execute(byClient.client::abort);
        assertThat(byClient.atServer.closed.get(10, TimeUnit.SECONDS)).isNotEqualTo("normally");
        Both byServer = tunnel(pool);
        loop.execute(byServer.server::abort);
        assertThat(byServer.atClient.closed.get(10, TimeUnit.SECONDS)).isNotEqualTo("normally");
        assertThat(connectionGone).as("a break is one tunnel's").isNotDone();
    }

    @Test
    void endsWithItsConnection() throws Exception {
        Both both = tunnel(pool(true));
        loop.execute(() -> {
            ChannelHandlerContext last =
                    Objects.requireNonNull(serverChannel).pipeline().lastContext();
            var _ = last.close();
        });
        assertThat(both.atClient.closed.get(10, TimeUnit.SECONDS)).isNotEqualTo("normally");
        assertThat(both.atServer.closed.get(10, TimeUnit.SECONDS)).isNotEqualTo("normally");
        assertThat(both.client.isOpen()).isFalse();
        assertThat(both.server.isOpen()).isFalse();
    }

    @Test
    void stopsAWriterWhoseReaderStandsStill() throws Exception {
        Both both = tunnel(pool(true));
        loop.submit(() -> {
                    both.server.reading(false);
                    both.client.write(Unpooled.wrappedBuffer(new byte[SIZE]));
                    both.client.flush();
                })
                .get(5, TimeUnit.SECONDS);
        await().during(200, TimeUnit.MILLISECONDS).until(() -> both.atServer.received.get() == 0);
        assertThat(loop.submit(both.client::isWritable).get(5, TimeUnit.SECONDS))
                .isFalse();
        loop.execute(() -> both.server.reading(true));
        await().until(() -> both.atServer.received.get() == SIZE);
        assertThat(loop.submit(both.client::isWritable).get(5, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void tellsWhatAConnectWasRefusedWith() throws Exception {
        refuseWith = 401;
        Object outcome = open(pool(true)).get(10, TimeUnit.SECONDS);
        assertThat(outcome).isInstanceOf(TunnelFailure.class);
        assertThat(((TunnelFailure) outcome).status()).isEqualTo(401);
    }
}
