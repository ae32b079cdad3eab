package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.proxy.TestBodies.Answer;
import dev.polder.mesh.proxy.TestBodies.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workload calls servers outside the mesh: nginx, and servers that behave badly. */
@SuppressWarnings("FutureReturnValueIgnored") // it completes another one that is waited for
class OutsideClientIT {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/web");
    private static final ClientLimits LIMITS = new ClientLimits(4, 8 * 1024, 1000);

    private final TestCa ca = new TestCa("cluster.local");
    private final Proxy proxy = Proxy.builder()
            .identities(ca)
            .hbonePort(HboneIT.freePort())
            .egressRoots(ca.roots())
            .grace(Duration.ofMillis(100))
            .workers(1)
            .start();
    private final Queue<InetAddress> asked = new ConcurrentLinkedQueue<>();
    private final MeshClient client = proxy.client(WEB, LIMITS, (host, port, address) -> {
        asked.add(address);
        return true;
    });
    private final AtomicInteger accepted = new AtomicInteger();

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Answer get(String authority, String path) {
        return get("http", authority, path, ClientTimeouts.DEFAULT);
    }

    private Answer get(String scheme, String authority, String path, ClientTimeouts timeouts) {
        Answer answer = new Answer();
        client.send(new ClientRequest("GET", scheme, authority, path, List.of(), 0, timeouts), answer);
        return answer;
    }

    private interface Conversation {
        void with(Socket socket) throws IOException, InterruptedException;
    }

    /** A server that treats every connection as told. */
    private ServerSocket server(Conversation conversation) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, TestMesh.ip("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    accepted.incrementAndGet();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            conversation.with(socket);
                        } catch (IOException | InterruptedException e) {
                            // the client went away
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    private static void readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("ended");
            }
            head.append((char) b);
        }
    }

    private static Conversation answering(String text) {
        return socket -> {
            readHead(socket);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            if (!text.endsWith("\0")) {
                // holds the connection open until the client has enough of it
                socket.getInputStream().read();
            }
        };
    }

    private HttpFailure.Kind kindFor(Conversation conversation, ClientTimeouts timeouts) throws Exception {
        try (ServerSocket server = server(conversation)) {
            Answer answer = get("http", "127.0.0.1:" + server.getLocalPort(), "/", timeouts);
            answer.response.thenAccept(head -> {
                Reading reading = Reading.of(head.body());
                reading.failure.thenAccept(answer.failure::complete);
            });
            return answer.failed().kind();
        }
    }

    @Test
    void callsNginxByHttpAndHttps(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/sbin/nginx")))
                .as("nginx (apt install nginx)")
                .isTrue();
        int plain = HboneIT.freePort();
        int tls = HboneIT.freePort();
        int foreign = HboneIT.freePort();
        int http2 = HboneIT.freePort();
        certificate(folder, "own", ca);
        certificate(folder, "foreign", new TestCa("cluster.local"));
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off; master_process off; pid %1$s/nginx.pid; error_log %1$s/error.log;
                events { worker_connections 64; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
                  uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                  server {
                    listen 127.0.0.1:%2$d;
                    listen 127.0.0.1:%3$d ssl;
                    ssl_certificate %1$s/own.pem; ssl_certificate_key %1$s/own.key;
                    keepalive_requests 3;
                    location / { default_type text/plain; return 200 "$request_method $http_host $ssl_server_name.$connection_requests"; }
                  }
                  server {
                    listen 127.0.0.1:%5$d ssl http2;
                    ssl_certificate %1$s/own.pem; ssl_certificate_key %1$s/own.key;
                    location / { default_type text/plain; return 200 "$server_protocol $http_host $connection_requests"; }
                  }
                  server {
                    listen 127.0.0.1:%4$d ssl;
                    ssl_certificate %1$s/foreign.pem; ssl_certificate_key %1$s/foreign.key;
                  }
                }
                """.formatted(folder, plain, tls, foreign, http2));
        Process nginx = new ProcessBuilder("/usr/sbin/nginx", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(RealPeersIT.accepts(plain))
                            .as("nginx listens; it says: %s", Files.readString(folder.resolve("out")))
                            .isTrue());
            for (int i = 0; i < 7; i++) {
                assertThat(get("localhost:" + plain, "/").text())
                        .isEqualTo("GET localhost:" + plain + " ." + (i % 3 + 1));
                assertThat(https("localhost:" + tls).text())
                        .isEqualTo("GET localhost:" + tls + " localhost." + (i % 3 + 1));
                assertThat(https("localhost:" + http2).text()).isEqualTo("HTTP/2.0 localhost:" + http2 + " " + (i + 1));
            }
            assertThat(https("127.0.0.1:" + tls).failed().kind()).isEqualTo(HttpFailure.Kind.TLS_CERTIFICATE_ERROR);
            assertThat(https("localhost:" + foreign).failed().kind()).isEqualTo(HttpFailure.Kind.TLS_CERTIFICATE_ERROR);
            assertThat(https("localhost:" + plain).failed().kind()).isEqualTo(HttpFailure.Kind.TLS_PROTOCOL_ERROR);
            assertThat(proxy.metricsText())
                    .containsPattern("reporter=\"source\".*source_workload=\"web\".*response_code=\"200\".* 21\n");
        } finally {
            nginx.destroy();
        }
    }

    private Answer https(String authority) {
        return get("https", authority, "/", ClientTimeouts.DEFAULT);
    }

    private static void certificate(Path folder, String name, TestCa authority) throws Exception {
        var issued = authority.serving(List.of("localhost"));
        Files.writeString(folder.resolve(name + ".pem"), RealPeersIT.pem(issued.chain()));
        Files.writeString(
                folder.resolve(name + ".key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + java.util.Base64.getMimeEncoder()
                                .encodeToString(issued.key().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
    }

    @Test
    void connectsOnlyToAddressesThatThePolicyAllows() throws Exception {
        try (ServerSocket server = server(answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
                MeshClient narrow =
                        proxy.client(WEB, LIMITS, (host, port, address) -> !address.isLoopbackAddress() && port != 1)) {
            for (String host : List.of("localhost", "127.0.0.1", "127.1", "[::1]")) {
                Answer refused = new Answer();
                narrow.send(ClientRequest.get(host + ":" + server.getLocalPort(), "/"), refused);
                assertThat(refused.failed().kind()).as(host).isEqualTo(HttpFailure.Kind.DESTINATION_IP_PROHIBITED);
            }
            assertThat(get("localhost:" + server.getLocalPort(), "/").text()).isEqualTo("ok");
            assertThat(asked).contains(TestMesh.ip("127.0.0.1"));
            Answer other = new Answer();
            client.send(ClientRequest.get("localhost:" + server.getLocalPort(), "/"), EgressPolicy.NOTHING, other);
            assertThat(other.failed().kind())
                    .as("a policy of this request, though a connection rests")
                    .isEqualTo(HttpFailure.Kind.DESTINATION_IP_PROHIBITED);
            assertThat(accepted).as("connections, all allowed ones").hasValue(1);
            try (MeshClient broken = proxy.client(WEB, LIMITS, (host, port, address) -> {
                throw new IllegalStateException("policy");
            })) {
                Answer refused = new Answer();
                broken.send(ClientRequest.get("127.0.0.1:" + server.getLocalPort(), "/"), refused);
                assertThat(refused.failed().kind()).isEqualTo(HttpFailure.Kind.DESTINATION_IP_PROHIBITED);
            }
        }
    }

    @Test
    void namesEveryFailure() throws Exception {
        assertThat(get("nowhere.invalid", "/").failed().kind()).isEqualTo(HttpFailure.Kind.DNS_ERROR);
        assertThat(get("127.0.0.1:" + HboneIT.freePort(), "/").failed().kind())
                .isEqualTo(HttpFailure.Kind.CONNECTION_REFUSED);
        ClientTimeouts usual = ClientTimeouts.DEFAULT;
        String ok = "HTTP/1.1 200 OK\r\n";
        assertThat(kindFor(answering("SSH-2.0-OpenSSH\r\n\r\n"), usual))
                .isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
        assertThat(kindFor(answering(ok + "x: " + "y".repeat(9000)), usual))
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_HEADER_SECTION_SIZE);
        assertThat(kindFor(answering(ok + "Content-Length: 1001\r\n\r\n" + "y".repeat(1001)), usual))
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_BODY_SIZE);
        assertThat(kindFor(answering(ok + "Content-Length: 10\r\n\r\nabc\0"), usual))
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_INCOMPLETE);
        assertThat(kindFor(answering(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), usual))
                .isEqualTo(HttpFailure.Kind.HTTP_PROTOCOL_ERROR);
        assertThat(kindFor(
                        answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
                        usual))
                .isEqualTo(HttpFailure.Kind.HTTP_UPGRADE_FAILED);
        assertThat(kindFor(OutsideClientIT::readHead, usual)).isEqualTo(HttpFailure.Kind.CONNECTION_TERMINATED);
        await().until(() -> client.active() == 0);
        List<HttpHeader> large = List.of(new HttpHeader("x", "y".repeat(9000)));
        Answer answer = new Answer();
        client.send(new ClientRequest("GET", "http", "127.0.0.1", "/", large, 0, usual), answer);
        assertThat(answer.failed().kind()).isEqualTo(HttpFailure.Kind.HTTP_REQUEST_HEADER_SECTION_SIZE);
    }

    @Test
    void keepsTheClocks() throws Exception {
        Duration brief = Duration.ofMillis(200);
        Duration usual = Duration.ofSeconds(10);
        Duration never = Duration.ZERO;
        String begun = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
        assertThat(kindFor(answering(""), new ClientTimeouts(usual, brief, never, never)))
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_TIMEOUT);
        assertThat(kindFor(answering(begun), new ClientTimeouts(usual, usual, brief, never)))
                .isEqualTo(HttpFailure.Kind.CONNECTION_READ_TIMEOUT);
        assertThat(kindFor(answering(begun), new ClientTimeouts(usual, never, never, brief)))
                .isEqualTo(HttpFailure.Kind.HTTP_RESPONSE_TIMEOUT);
        // a server that never answers the client's hello
        try (ServerSocket silent = server(socket -> socket.getInputStream().readAllBytes())) {
            Answer answer = get(
                    "https", "localhost:" + silent.getLocalPort(), "/", new ClientTimeouts(brief, usual, usual, never));
            assertThat(answer.failed().kind()).isEqualTo(HttpFailure.Kind.CONNECTION_TIMEOUT);
        }
        await().until(() -> client.active() == 0);
    }

    @Test
    void letsACallerHaveOnlySoManyRequestsUnderWay() throws Exception {
        try (ServerSocket silent = server(answering(""))) {
            List<Answer> open = new java.util.ArrayList<>();
            for (int i = 0; i < LIMITS.requests(); i++) {
                open.add(get("127.0.0.1:" + silent.getLocalPort(), "/"));
            }
            Answer over = get("127.0.0.1:" + silent.getLocalPort(), "/");
            assertThat(over.failed().kind()).isEqualTo(HttpFailure.Kind.CONNECTION_LIMIT_REACHED);
            client.close();
            for (Answer answer : open) {
                assertThat(answer.failure.get(5, TimeUnit.SECONDS).kind()).isEqualTo(HttpFailure.Kind.CANCELLED);
            }
            assertThat(client.active()).isZero();
            assertThat(get("127.0.0.1:" + silent.getLocalPort(), "/").failed().kind())
                    .isEqualTo(HttpFailure.Kind.CANCELLED);
        }
    }

    @Test
    void repeatsARequestThatMetAStaleConnection() throws Exception {
        // answers once per connection and closes it without a word when the second request comes
        try (ServerSocket server = server(socket -> {
            readHead(socket);
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            readHead(socket);
        })) {
            for (int i = 0; i < 5; i++) {
                assertThat(get("127.0.0.1:" + server.getLocalPort(), "/").text())
                        .isEqualTo("ok");
            }
            assertThat(accepted).hasValue(5);
        }
    }
}
