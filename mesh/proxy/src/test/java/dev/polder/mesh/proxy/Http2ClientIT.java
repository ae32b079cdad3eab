package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.ServicePort;
import dev.polder.mesh.config.ServingCertificate;
import dev.polder.mesh.proxy.TestBodies.Answer;
import dev.polder.mesh.proxy.TestBodies.Reading;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A workload calls by HTTP/2: a server of grpc-java, and one that breaks the rules. */
@SuppressWarnings("FutureReturnValueIgnored") // it completes another one that is waited for
class Http2ClientIT {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/web");
    private static final List<HttpHeader> HEADERS =
            List.of(new HttpHeader("content-type", "application/grpc"), new HttpHeader("te", "trailers"));
    private static final byte[] NO_SETTINGS = {};
    private static final int MEGABYTE = 1 << 20;

    private final TestCa ca = new TestCa("cluster.local");
    private final Proxy proxy = Proxy.builder()
            .identities(ca)
            .hbonePort(HboneIT.freePort())
            .egressTrust(host -> host.equals("localhost") ? Optional.of(trusting(ca.roots())) : Optional.empty())
            .grace(Duration.ofMillis(100))
            .workers(1)
            .start();
    private final ConcurrentLinkedQueue<InetAddress> asked = new ConcurrentLinkedQueue<>();
    private final MeshClient client =
            proxy.client(WEB, new ClientLimits(64, 8 * 1024, Long.MAX_VALUE), (host, port, address) -> {
                asked.add(address);
                return true;
            });

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static X509TrustManager trusting(List<X509Certificate> roots) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", roots.getFirst());
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The service {@code shop} says that it speaks gRPC, and is at that port. */
    private void serve(int port) {
        proxy.apply(new TestMesh()
                .service("shop", "127.65.0.41", ServicePort.AppProtocol.GRPC, TestMesh.plain("127.0.0.1", port))
                .snapshot());
    }

    private static byte[] framed(byte[]... messages) {
        ByteBuffer all = ByteBuffer.allocate(java.util.Arrays.stream(messages)
                .mapToInt(message -> message.length + 5)
                .sum());
        for (byte[] message : messages) {
            all.put((byte) 0).putInt(message.length).put(message);
        }
        return all.array();
    }

    private Answer grpc(String scheme, String authority, MethodDescriptor<?, ?> method, byte[]... messages) {
        Answer answer = new Answer();
        ClientExchange exchange = client.send(request(scheme, authority, method), answer);
        exchange.body().write(framed(messages));
        exchange.body().end(List.of());
        return answer;
    }

    private static ClientRequest request(String scheme, String authority, MethodDescriptor<?, ?> method) {
        return new ClientRequest(
                "POST",
                scheme,
                authority,
                "/" + method.getFullMethodName(),
                HEADERS,
                HttpBody.UNKNOWN,
                ClientTimeouts.DEFAULT);
    }

    private Answer get(String path, ClientTimeouts timeouts) {
        Answer answer = new Answer();
        client.send(new ClientRequest("GET", "http", "shop", path, List.of(), 0, timeouts), answer);
        return answer;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void callsAGrpcServiceOfTheMesh() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(UnaryOperator.identity())) {
            serve(peer.port());
            Answer answer = grpc("http", "shop", GrpcPeer.UNARY, bytes("hello"));
            assertThat(TestBodies.header(answer.head().headers(), "content-type"))
                    .isEqualTo("application/grpc");
            Reading reading = Reading.of(answer.head().body());
            assertThat(reading.text()).isEqualTo(new String(framed(bytes("hello")), StandardCharsets.ISO_8859_1));
            assertThat(reading.end.get())
                    .contains(new HttpHeader("grpc-status", "0"))
                    .contains(new HttpHeader("te-was", "seen"));

            Answer chat = grpc("http", "shop", GrpcPeer.CHAT, bytes("one"), bytes("two"));
            Reading both = Reading.of(chat.head().body());
            assertThat(both.text())
                    .isEqualTo(new String(framed(bytes("one"), bytes("two")), StandardCharsets.ISO_8859_1));

            // trailers only: they stand in the head
            ClientResponse failed =
                    grpc("http", "shop", GrpcPeer.FAIL, bytes("not now")).head();
            assertThat(TestBodies.header(failed.headers(), "grpc-status")).isEqualTo("9");
            assertThat(TestBodies.header(failed.headers(), "grpc-message")).isEqualTo("not now");
            assertThat(failed.body().length()).isZero();
            assertThat(peer.calls).as("connections").hasSize(1);
        }
    }

    @Test
    void saysThatItTakesTrailers() throws Exception {
        try (RawHttp2Peer peer = new RawHttp2Peer(NO_SETTINGS, (number, stream, out) -> out.answer(stream))) {
            serve(peer.port());
            assertThat(grpc("http", "shop", GrpcPeer.UNARY, bytes("x")).head().status())
                    .isEqualTo(200);
            assertThat(peer.heads.remove().get("te")).hasToString("trailers");
        }
    }

    @Test
    void opensNoMoreStreamsThanTheServerTakes() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(builder -> builder.maxConcurrentCallsPerConnection(2))) {
            serve(peer.port());
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                answers.add(grpc("http", "shop", GrpcPeer.HOLD, bytes("call " + i)));
            }
            await().until(() -> peer.calls.values().stream()
                            .mapToInt(java.util.concurrent.atomic.AtomicInteger::get)
                            .sum()
                    == 9);
            assertThat(peer.most).hasValue(2);
            assertThat(peer.calls).as("connections").hasSize(5);
            peer.released.countDown();
            for (int i = 0; i < 9; i++) {
                assertThat(answers.get(i).text()).endsWith("call " + i);
            }
        }
    }

    @Test
    void holdsNoMoreOfABodyThanAWindow() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(UnaryOperator.identity())) {
            serve(peer.port());
            Answer flood = grpc("http", "shop", GrpcPeer.FLOOD, bytes(""));
            Reading reading = Reading.of(flood.head().body());
            await().until(() -> reading.bytes.get() > 8 * MEGABYTE);
            reading.pause();
            long sent = still(peer.sent);
            assertThat(sent - reading.bytes.get()).isLessThan(3 * MEGABYTE);
            // other streams of the connection go on meanwhile
            assertThat(grpc("http", "shop", GrpcPeer.UNARY, bytes("beside")).text())
                    .endsWith("beside");
            reading.resume();
            await().until(() -> peer.sent.get() > sent + 8 * MEGABYTE);
            flood.head().body().cancel();

            Answer answer = new Answer();
            ClientExchange upload = client.send(request("http", "shop", GrpcPeer.SINK), answer);
            byte[] message = new byte[16 * 1024];
            AtomicLong written = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 1024; i++) {
                    java.util.concurrent.Semaphore room = new java.util.concurrent.Semaphore(0);
                    while (upload.body().room() < message.length + 5) {
                        upload.body().onRoom(room::release);
                        room.acquireUninterruptibly();
                    }
                    upload.body().write(framed(message));
                    written.addAndGet(message.length);
                }
                upload.body().end(List.of());
            });
            await().until(() -> peer.sink != null);
            assertThat(still(written))
                    .as("written while the server takes nothing")
                    .isLessThan(3 * MEGABYTE);
            peer.sink.request(Integer.MAX_VALUE);
            assertThat(answer.text()).endsWith(Integer.toString(16 * MEGABYTE));
        }
    }

    /** What it is once it did not change for a while. */
    private static long still(AtomicLong number) {
        AtomicLong before = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(150)).until(() -> before.getAndSet(number.get()) == number.get());
        return number.get();
    }

    @Test
    void asksForHttp2InTheHandshakeAndConnectsWhereItMayOnly() throws Exception {
        ServingCertificate own = ca.serving(List.of("localhost"));
        var tls = GrpcSslContexts.configure(SslContextBuilder.forServer(own.key(), own.chain()))
                .build();
        try (GrpcPeer peer = new GrpcPeer(builder -> builder.sslContext(tls))) {
            String authority = "localhost:" + peer.port();
            Answer refused = new Answer();
            client.send(request("https", authority, GrpcPeer.UNARY), EgressPolicy.NOTHING, refused);
            assertThat(refused.failed().kind()).isEqualTo(HttpFailure.Kind.DESTINATION_IP_PROHIBITED);
            for (int i = 0; i < 3; i++) {
                assertThat(grpc("https", authority, GrpcPeer.UNARY, bytes("secret"))
                                .text())
                        .endsWith("secret");
            }
            assertThat(asked).contains(TestMesh.ip("127.0.0.1"));
            assertThat(peer.calls).as("connections").hasSize(1);

            Answer again = new Answer();
            client.send(request("https", authority, GrpcPeer.UNARY), EgressPolicy.NOTHING, again);
            assertThat(again.failed().kind())
                    .as("though there is a connection")
                    .isEqualTo(HttpFailure.Kind.DESTINATION_IP_PROHIBITED);

            // nobody vouches for it by its address
            assertThat(grpc("https", "127.0.0.1:" + peer.port(), GrpcPeer.UNARY, bytes(""))
                            .failed()
                            .kind())
                    .isEqualTo(HttpFailure.Kind.TLS_CERTIFICATE_ERROR);
        }
    }

    @Test
    void sendsAgainWhatTheServerDidNotLookAt() throws Exception {
        try (RawHttp2Peer peer = new RawHttp2Peer(NO_SETTINGS, (number, stream, out) -> {
            if (number == 1) {
                out.write(RawHttp2Peer.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 7});
            } else if (number == 3) {
                // goes away, and says that the one before was the last it looked at
                out.write(RawHttp2Peer.GOAWAY, 0, 0, new byte[] {0, 0, 0, (byte) (stream - 2), 0, 0, 0, 0});
            } else {
                out.answer(stream);
            }
        })) {
            serve(peer.port());
            assertThat(get("/refused", ClientTimeouts.DEFAULT).head().status()).isEqualTo(200);
            assertThat(peer.accepted).hasValue(1);
            assertThat(get("/goaway", ClientTimeouts.DEFAULT).head().status()).isEqualTo(200);
            assertThat(peer.accepted).hasValue(2);
            assertThat(peer.requests).hasValue(4);
            assertThat(peer.heads)
                    .allSatisfy(head -> {
                        assertThat(head.authority()).hasToString("shop");
                        assertThat(head.scheme()).hasToString("http");
                    })
                    .last()
                    .satisfies(head -> assertThat(head.path()).hasToString("/goaway"));
            await().until(() -> client.active() == 0);
        }
    }

    @Test
    void endsCallsOfAServerThatGoesAway() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(UnaryOperator.identity())) {
            serve(peer.port());
            Answer held = grpc("http", "shop", GrpcPeer.HOLD, bytes("held"));
            await().until(() -> peer.calls.values().stream().anyMatch(calls -> calls.get() == 1));
            peer.server.shutdown();
            try (GrpcPeer next = new GrpcPeer(UnaryOperator.identity())) {
                serve(next.port());
                assertThat(grpc("http", "shop", GrpcPeer.UNARY, bytes("next")).text())
                        .endsWith("next");
                peer.released.countDown();
                assertThat(held.text()).endsWith("held");
            }
            assertThat(peer.server.awaitTermination(10, TimeUnit.SECONDS))
                    .as("the connection closed when its last call had ended")
                    .isTrue();
        }
    }

    private HttpFailure.Kind kindFor(byte[] settings, RawHttp2Peer.Script script) throws Exception {
        try (RawHttp2Peer peer = new RawHttp2Peer(settings, script)) {
            serve(peer.port());
            Answer answer = get("/", ClientTimeouts.DEFAULT);
            answer.response.thenAccept(head -> {
                Reading reading = Reading.of(head.body());
                reading.failure.thenAccept(answer.failure::complete);
            });
            return answer.failed().kind();
        }
    }

    @Test
    void namesWhatAServerDoesWrong() throws Exception {
        assertThat(kindFor(NO_SETTINGS, (number, stream, out) -> {
                    byte[] field = RawHttp2Peer.field("x", 9000);
                    byte[] head = new byte[1 + field.length];
                    head[0] = RawHttp2Peer.OK[0];
                    System.arraycopy(field, 0, head, 1, field.length);
                    out.write(RawHttp2Peer.HEADERS, RawHttp2Peer.END_HEADERS, stream, head);
                }))
                .as("a head over 8 KiB")
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_HEADER_SECTION_SIZE);
        assertThat(kindFor(NO_SETTINGS, (number, stream, out) -> {
                    out.write(RawHttp2Peer.HEADERS, 0, stream, RawHttp2Peer.OK);
                    for (int i = 0; i < 10_000; i++) {
                        out.write(RawHttp2Peer.CONTINUATION, 0, stream, new byte[0]);
                    }
                }))
                .as("CONTINUATION without end")
                .isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
        assertThat(kindFor(NO_SETTINGS, (number, stream, out) -> {
                    out.write(RawHttp2Peer.HEADERS, RawHttp2Peer.END_HEADERS, stream, RawHttp2Peer.OK);
                    for (int i = 0; i < 10_000; i++) {
                        out.write(RawHttp2Peer.DATA, 0, stream, new byte[0]);
                    }
                }))
                .as("empty DATA without end")
                .isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
        assertThat(kindFor(NO_SETTINGS, (number, stream, out) -> {
                    out.write(RawHttp2Peer.HEADERS, RawHttp2Peer.END_HEADERS, stream, RawHttp2Peer.OK);
                    out.write(RawHttp2Peer.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 2});
                }))
                .as("a reset in the middle")
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_INCOMPLETE);
        assertThat(kindFor(NO_SETTINGS, (number, stream, out) -> out.answer(stream + 1)))
                .as("a stream that nobody opened")
                .isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
        // SETTINGS_MAX_CONCURRENT_STREAMS = 0
        assertThat(kindFor(new byte[] {0, 3, 0, 0, 0, 0}, (number, stream, out) -> {}))
                .as("no streams at all")
                .isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
        await().until(() -> client.active() == 0);
    }

    @Test
    void waitsForSettingsOnlySoLongAndTellsHttp1Apart() throws Exception {
        try (java.net.ServerSocket silent = new java.net.ServerSocket(0, 50, TestMesh.ip("127.0.0.1"))) {
            serve(silent.getLocalPort());
            ClientTimeouts brief = new ClientTimeouts(
                    Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ZERO);
            assertThat(get("/", brief).failed().kind()).isEqualTo(HttpFailure.Kind.CONNECTION_TIMEOUT);
        }
        try (java.net.ServerSocket old = new java.net.ServerSocket(0, 50, TestMesh.ip("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (java.net.Socket socket = old.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the client went away
                }
            });
            serve(old.getLocalPort());
            HttpFailure failure = get("/", ClientTimeouts.DEFAULT).failed();
            assertThat(failure.kind()).isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
            assertThat(failure.detail()).contains("HTTP/2");
        }
    }
}
