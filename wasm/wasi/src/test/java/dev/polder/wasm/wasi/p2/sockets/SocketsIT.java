package dev.polder.wasm.wasi.p2.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.StreamError;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets of a guest against real ones. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketsIT {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final List<GuestLimit> refused = new ArrayList<>();
    private final GuestIo io = new GuestIo(100, refused::add);
    private final Network network = new InstanceNetwork(io).instanceNetwork();

    @AfterEach
    void close() {
        io.close();
    }

    private SocketGrants grants(OutboundPolicy policy, NameResolver resolver, int sockets) {
        return new SocketGrants(io, policy, List.of(), Loopback.OF_THE_MACHINE, resolver, sockets);
    }

    private SocketGrants grants(String pattern) {
        return grants(OutboundPolicy.of(List.of(pattern)), NameResolver.SYSTEM, 4);
    }

    private static byte[] bytes(Result<MemorySegment, StreamError> read) {
        return ok(read).toArray(ValueLayout.JAVA_BYTE);
    }

    private static <T> T ok(Result<T, ?> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<T, ?>) result).value();
    }

    private TcpSocket socket(SocketGrants grants) {
        return ok(new CreateSocket(grants).createTcpSocket(IpAddressFamily.IPV4));
    }

    private static IpSocketAddress at(InetAddress address, int port) {
        return IpSocketAddress.of(new InetSocketAddress(address, port));
    }

    private TcpSocket.Streams connect(TcpSocket socket, int port) {
        ok(socket.startConnect(network, at(HERE, port)));
        socket.subscribe().block();
        return ok(socket.finishConnect());
    }

    @Test
    void aSlowPeerHoldsTheGuestAndAllArrives() throws Exception {
        int total = 8 << 20;
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            TcpSocket socket = socket(grants("tcp://127.0.0.1:*"));
            TcpSocket.Streams streams = connect(socket, server.getLocalPort());
            try (Socket peer = server.accept()) {
                WasiOutputStream out = streams.output();
                long written = 0;
                // Until neither the system nor the buffer here takes more.
                for (long room = ok(out.checkWrite()); room > 0; room = ok(out.checkWrite())) {
                    assertThat(room).isLessThanOrEqualTo(64 * 1024);
                    ok(out.write(MemorySegment.ofArray(new byte[(int) room])));
                    written += room;
                }
                assertThat(written).isLessThan(64 << 20);
                CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> {
                    try {
                        return peer.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                while (written < total) {
                    out.subscribe().block();
                    long part = Math.min(ok(out.checkWrite()), total - written);
                    ok(out.write(MemorySegment.ofArray(new byte[(int) part])));
                    written += part;
                }
                ok(socket.shutdown(ShutdownType.SEND));
                assertThat(out.checkWrite()).isEqualTo(Result.err(StreamError.CLOSED));
                assertThat(read.get()).isEqualTo(written);
            }
        }
    }

    @Test
    void whatWasWrittenArrivesThoughTheSocketIsDropped() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            TcpSocket socket = socket(grants("tcp://127.0.0.1:*"));
            TcpSocket.Streams streams = connect(socket, server.getLocalPort());
            try (Socket peer = server.accept()) {
                long written = 0;
                for (long room = ok(streams.output().checkWrite());
                        room > 0;
                        room = ok(streams.output().checkWrite())) {
                    ok(streams.output().write(MemorySegment.ofArray(new byte[(int) room])));
                    written += room;
                }
                streams.output().drop();
                streams.input().drop();
                socket.drop();
                assertThat(peer.getInputStream().readAllBytes()).hasSize((int) written);
            }
        }
    }

    @Test
    void readsWaitAndEnd() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            TcpSocket socket = socket(grants("tcp://127.0.0.1:*"));
            WasiInputStream in = connect(socket, server.getLocalPort()).input();
            assertThat(bytes(in.read(10))).isEmpty();
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write("hi".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                assertThat(bytes(in.blockingRead(1))).asString().isEqualTo("h");
                assertThat(bytes(in.blockingRead(10))).asString().isEqualTo("i");
            }
            assertThat(in.blockingRead(1)).isEqualTo(Result.err(StreamError.CLOSED));
            assertThat(ok(socket.remoteAddress())).isEqualTo(at(HERE, server.getLocalPort()));
        }
    }

    @Test
    void theStatesAreKept() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            int port = server.getLocalPort();
            TcpSocket socket = socket(grants("tcp://127.0.0.1:" + port));
            assertThat(socket.finishConnect()).isEqualTo(Result.err(NetworkErrorCode.NOT_IN_PROGRESS));
            assertThat(socket.startListen()).isEqualTo(Result.err(NetworkErrorCode.INVALID_STATE));
            assertThat(socket.startBind(network, at(HERE, 0))).isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
            assertThat(socket.startConnect(network, at(HERE, port == 1 ? 2 : 1)))
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
            assertThat(socket.startConnect(network, at(HERE, 0)))
                    .isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
            assertThat(socket.startConnect(network, at(InetAddress.ofLiteral("::1"), port)))
                    .isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
            connect(socket, port);
            assertThat(socket.startConnect(network, at(HERE, port)))
                    .isEqualTo(Result.err(NetworkErrorCode.INVALID_STATE));
            assertThat(ok(socket.keepAliveEnabled())).isFalse();
            ok(socket.setKeepAliveEnabled(true));
            ok(socket.setKeepAliveIdleTime(1_500_000_000L));
            assertThat(ok(socket.keepAliveIdleTime())).isEqualTo(2_000_000_000L);
            assertThat(socket.setReceiveBufferSize(0)).isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
        }
    }

    @Test
    void aRefusedConnectionIsToldAndSocketsAreCounted() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
            closed = socket.getLocalPort();
        }
        SocketGrants one = grants(OutboundPolicy.of(List.of("tcp://127.0.0.1:*")), NameResolver.SYSTEM, 1);
        TcpSocket socket = socket(one);
        assertThat(new CreateSocket(one).createUdpSocket(IpAddressFamily.IPV4))
                .isEqualTo(Result.err(NetworkErrorCode.NEW_SOCKET_LIMIT));
        assertThat(refused).containsExactly(GuestLimit.SOCKETS);
        ok(socket.startConnect(network, at(HERE, closed)));
        socket.subscribe().block();
        assertThat(socket.finishConnect()).isEqualTo(Result.err(NetworkErrorCode.CONNECTION_REFUSED));
        socket.drop();
        socket(one);
    }

    private Result<Optional<IpAddress>, NetworkErrorCode> next(ResolveAddressStream stream) {
        stream.subscribe().block();
        return stream.resolveNextAddress();
    }

    @Test
    void aNameGrantsTheAddressesThatWereCheckedAndNoOthers() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            int port = server.getLocalPort();
            AtomicInteger lookups = new AtomicInteger();
            NameResolver resolver = _ -> {
                lookups.incrementAndGet();
                return List.of(InetAddress.ofLiteral("169.254.169.254"), HERE);
            };
            OutboundPolicy policy =
                    OutboundPolicy.of(List.of("tcp://db.example:" + port)).withAddresses(Set.of(AddressKind.LOOPBACK));
            SocketGrants grants = grants(policy, resolver, 4);
            IpNameLookup lookup = new IpNameLookup(grants);
            TcpSocket socket = socket(grants);
            assertThat(socket.startConnect(network, at(HERE, port)))
                    .as("before it was looked up")
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
            assertThat(lookup.resolveAddresses(network, "other.example"))
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
            assertThat(lookup.resolveAddresses(network, "a b"))
                    .isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
            assertThat(lookups).hasValue(0);

            ResolveAddressStream stream = ok(lookup.resolveAddresses(network, "DB.example."));
            assertThat(ok(next(stream))).contains(IpAddress.of(HERE));
            assertThat(ok(next(stream))).isEmpty();
            assertThat(socket.startConnect(network, at(InetAddress.ofLiteral("169.254.169.254"), port)))
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
            connect(socket, port);
            assertThat(lookups).hasValue(1);

            SocketGrants strict = grants(OutboundPolicy.of(List.of("tcp://db.example:" + port)), _ -> List.of(HERE), 4);
            assertThat(next(ok(new IpNameLookup(strict).resolveAddresses(network, "db.example"))))
                    .as("a name that leads inside")
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
        }
    }

    private SocketGrants within(String loopback) {
        return new SocketGrants(
                io,
                OutboundPolicy.of(List.of("tcp://127.0.0.1:*")),
                List.of(HostPattern.parse("tcp://127.0.0.1:*"), HostPattern.parse("tcp://0.0.0.0:*")),
                new Loopback(InetAddress.ofLiteral(loopback)),
                NameResolver.SYSTEM,
                8);
    }

    private TcpSocket listening(SocketGrants grants, InetAddress address, int port) {
        TcpSocket server = socket(grants);
        ok(server.startBind(network, at(address, port)));
        ok(server.finishBind());
        ok(server.startListen());
        ok(server.finishListen());
        return server;
    }

    @Test
    void aLoopbackOfItsOwnIsSharedWithinAndIsTheMachinesForNobody() throws Exception {
        TcpSocket server = listening(within("127.200.7.9"), HERE, 0);
        int port = ok(server.localAddress())
                .toInet(IpAddressFamily.IPV4)
                .orElseThrow()
                .getPort();
        assertThat(ok(server.localAddress())).isEqualTo(at(HERE, port));
        try (ServerSocket machines = new ServerSocket(port, 1, HERE)) {
            // Another workload has the same port, and so has the machine.
            TcpSocket others = listening(within("127.200.7.10"), InetAddress.ofLiteral("0.0.0.0"), port);
            TcpSocket client = socket(within("127.200.7.9"));
            connect(client, port);
            assertThat(ok(client.remoteAddress())).isEqualTo(at(HERE, port));
            Pollable came = server.subscribe();
            came.block();
            // However often one looks: some look again before they accept.
            assertThat(came.ready()).isTrue();
            assertThat(came.ready()).isTrue();
            ok(server.accept());
            assertThat(came.ready()).isFalse();
            assertThat(others.accept()).isEqualTo(Result.err(NetworkErrorCode.WOULD_BLOCK));
            connect(socket(grants("tcp://127.0.0.1:*")), port);
            machines.accept().close();
            assertThat(socket(within("127.200.7.9"))
                            .startConnect(network, at(InetAddress.ofLiteral("127.200.7.10"), port)))
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
        }
    }

    @Test
    void theMachinesLoopbackHasANameAndOpensByPortOnly() throws Exception {
        InetAddress machine = InetAddress.ofLiteral("127.255.255.254");
        Loopback loopback = new Loopback(
                InetAddress.ofLiteral("127.200.7.12"), machine, name -> name.equals("host.internal") ? machine : null);
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            int port = server.getLocalPort();
            OutboundPolicy everywhere =
                    OutboundPolicy.of(List.of("*://*:*")).under(NetworkRules.of(List.of("loopback"), List.of()));
            SocketGrants without = new SocketGrants(io, everywhere, List.of(), loopback, NameResolver.SYSTEM, 8);
            assertThat(next(ok(new IpNameLookup(without).resolveAddresses(network, "HOST.internal"))))
                    .isEqualTo(Result.ok(Optional.of(IpAddress.of(machine))));
            assertThat(socket(without).startConnect(network, at(machine, port)))
                    .as("whatever else is allowed")
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));

            OutboundPolicy named = OutboundPolicy.of(List.of("tcp://127.255.255.254:" + port));
            SocketGrants with = new SocketGrants(io, named, List.of(), loopback, NameResolver.SYSTEM, 8);
            TcpSocket client = socket(with);
            ok(client.startConnect(network, at(machine, port)));
            client.subscribe().block();
            ok(client.finishConnect());
            server.accept().close();
            assertThat(ok(client.remoteAddress())).isEqualTo(at(machine, port));
            assertThat(socket(with).startConnect(network, at(machine, port + 1)))
                    .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
        }
    }

    @Test
    void whatAListeningSocketWasSetToIsGivenToThoseThatItAccepts() throws Exception {
        long minute = 60_000_000_000L;
        TcpSocket server = socket(within("127.200.7.11"));
        ok(server.setKeepAliveEnabled(true));
        ok(server.setSendBufferSize(0x10000));
        ok(server.setHopLimit(42));
        long usual = ok(server.keepAliveInterval());
        ok(server.startBind(network, at(HERE, 0)));
        ok(server.finishBind());
        ok(server.startListen());
        ok(server.finishListen());
        assertThat(ok(server.keepAliveEnabled())).isTrue();
        assertThat(ok(server.keepAliveInterval())).isEqualTo(usual);
        assertThat(ok(server.hopLimit())).isEqualTo(42);
        ok(server.setKeepAliveIdleTime(minute));
        TcpSocket client = socket(within("127.200.7.11"));
        connect(
                client,
                ok(server.localAddress())
                        .toInet(IpAddressFamily.IPV4)
                        .orElseThrow()
                        .getPort());
        server.subscribe().block();
        TcpSocket accepted = ok(server.accept()).socket();
        ok(server.setKeepAliveIdleTime(2 * minute));
        ok(server.setKeepAliveEnabled(false));
        assertThat(ok(accepted.keepAliveEnabled())).isTrue();
        assertThat(ok(accepted.keepAliveIdleTime())).isEqualTo(minute);
        assertThat(ok(accepted.keepAliveInterval())).isEqualTo(usual);
        assertThat(ok(accepted.sendBufferSize())).isEqualTo(0x10000);
        assertThat(ok(accepted.hopLimit())).isEqualTo(42);
    }

    private UdpSocket bound() {
        SocketGrants grants = new SocketGrants(
                io,
                OutboundPolicy.of(List.of("udp://127.0.0.1:*")),
                List.of(HostPattern.parse("udp://127.0.0.1:*")),
                Loopback.OF_THE_MACHINE,
                NameResolver.SYSTEM,
                4);
        UdpSocket socket = ok(new CreateSocket(grants).createUdpSocket(IpAddressFamily.IPV4));
        ok(socket.startBind(network, at(HERE, 0)));
        ok(socket.finishBind());
        return socket;
    }

    private static Result<Long, NetworkErrorCode> send(OutgoingDatagramStream stream, String text) {
        ok(stream.checkSend());
        return stream.send(List.of(new OutgoingDatagramStream.OutgoingDatagram(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), Optional.empty())));
    }

    @Test
    void datagramsThatCameBeforeAStreamToTheirSenderAreNotLost() {
        UdpSocket receiver = bound();
        for (String text : List.of("stranger", "peer")) {
            UdpSocket sender = bound();
            OutgoingDatagramStream out =
                    ok(sender.stream(Optional.of(ok(receiver.localAddress())))).outgoing();
            assertThat(send(out, text)).isEqualTo(Result.ok(1L));
            if (text.equals("peer")) {
                IncomingDatagramStream in = ok(receiver.stream(Optional.of(ok(sender.localAddress()))))
                        .incoming();
                in.subscribe().block();
                assertThat(ok(in.receive(10)))
                        .singleElement()
                        .satisfies(one -> assertThat(one.data()).asString().isEqualTo("peer"));
            }
        }
    }

    @Test
    void anEmptyDatagramIsOneToo() {
        UdpSocket receiver = bound();
        IpSocketAddress address = ok(receiver.localAddress());
        IncomingDatagramStream in = ok(receiver.stream(Optional.empty())).incoming();
        UdpSocket sender = bound();
        OutgoingDatagramStream connected =
                ok(sender.stream(Optional.of(address))).outgoing();
        assertThat(send(connected, "")).isEqualTo(Result.ok(1L));
        in.subscribe().block();
        assertThat(ok(in.receive(10))).singleElement().satisfies(one -> {
            assertThat(one.data()).isEmpty();
            assertThat(one.remoteAddress()).isEqualTo(ok(sender.localAddress()));
        });
        receiver.drop();
        Awaitility.await()
                .pollInSameThread()
                .untilAsserted(() ->
                        assertThat(send(connected, "")).isEqualTo(Result.err(NetworkErrorCode.CONNECTION_REFUSED)));
    }

    @ParameterizedTest
    @EnumSource
    void hopLimitsAreKept(IpAddressFamily family) {
        CreateSocket create = new CreateSocket(grants("*://*:*"));
        UdpSocket udp = ok(create.createUdpSocket(family));
        assertThat(ok(udp.unicastHopLimit())).isPositive();
        assertThat(udp.setUnicastHopLimit(0)).isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
        for (int hops : new int[] {1, 42, 255}) {
            ok(udp.setUnicastHopLimit(hops));
            assertThat(ok(udp.unicastHopLimit())).isEqualTo(hops);
        }
        TcpSocket tcp = ok(create.createTcpSocket(family));
        assertThat(ok(tcp.hopLimit())).isPositive();
        assertThat(tcp.setHopLimit(0)).isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
        ok(tcp.setHopLimit(42));
        assertThat(ok(tcp.hopLimit())).isEqualTo(42);
        tcp.drop();
        assertThat(tcp.hopLimit()).isEqualTo(Result.err(NetworkErrorCode.INVALID_STATE));
    }

    @Test
    void aDatagramToNobodyIsToldAsRefused() {
        UdpSocket gone = bound();
        IpSocketAddress address = ok(gone.localAddress());
        gone.drop();
        UdpSocket.Streams streams = ok(bound().stream(Optional.of(address)));
        ok(send(streams.outgoing(), "hello"));
        streams.incoming().subscribe().block();
        assertThat(streams.incoming().receive(1)).isEqualTo(Result.err(NetworkErrorCode.CONNECTION_REFUSED));
    }

    @Test
    void connectionsAreOfTwo() {
        TcpSocket socket = socket(grants("tcp://*:*"));
        for (String many : List.of("224.0.0.1", "255.255.255.255")) {
            IpSocketAddress address = at(InetAddress.ofLiteral(many), 80);
            assertThat(socket.startBind(network, address)).isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
            assertThat(socket.startConnect(network, address)).isEqualTo(Result.err(NetworkErrorCode.INVALID_ARGUMENT));
        }
    }

    @Test
    void lookupsMayBeFewerThanWhereItMayConnect() {
        IpNameLookup lookup = new IpNameLookup(grants("tcp://db.example:5432"), "other.example"::equals);

        assertThat(lookup.resolveAddresses(network, "db.example"))
                .isEqualTo(Result.err(NetworkErrorCode.PERMANENT_RESOLVER_FAILURE));
        assertThat(lookup.resolveAddresses(network, "other.example"))
                .isEqualTo(Result.err(NetworkErrorCode.ACCESS_DENIED));
    }
}
