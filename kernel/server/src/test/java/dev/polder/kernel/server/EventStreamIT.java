package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Server-sent events over a real socket: order, pace, end, and the two sides going away. */
class EventStreamIT {

    private static final String TOKEN = "a-static-token-of-the-configuration";

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final AtomicInteger sent = new AtomicInteger();
    private PolderServer server;

    @BeforeEach
    void start() {
        Routes routes = new Routes("/api/polder", ErrorBody.problem())
                .events("/three", (request, sink) -> {
                    int from = request.header("last-event-id")
                            .map(Integer::parseInt)
                            .orElse(0);
                    for (int i = from + 1; i <= 3; i++) {
                        sink.send(Integer.toString(i), "log", "line " + i + "\nmore");
                    }
                })
                .events("/none", (request, sink) -> {
                    throw Problem.notFound("task 7: not there");
                })
                .events("/breaks", (request, sink) -> {
                    sink.send("log", "one");
                    throw Problem.unavailable("the store is gone", null);
                })
                .events("/waits", (request, sink) -> {
                    sink.send("log", "hello");
                    waiting.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                })
                .events("/flood", (request, sink) -> {
                    String kilobyte = "x".repeat(1024);
                    while (sink.open()) {
                        sink.send("log", kilobyte);
                        sent.incrementAndGet();
                    }
                });
        server = PolderServer.builder()
                .authenticator(
                        new Accounts(CredentialStore.inMemory(), InstantSource.system(), Duration.ofHours(1), false)
                                .fixedToken("test", TOKEN, EntityRef.parse("user:default/tester")))
                .routes(routes)
                .heartbeat(Duration.ofMillis(300))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve("/api/polder" + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + TOKEN);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void sendsEventsInOrderAndEndsWithTheHandler() throws Exception {
        HttpResponse<String> response = get("/three");

        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        assertThat(response.body()).isEqualTo("""
                        retry: 2000

                        id: 1
                        event: log
                        data: line 1
                        data: more

                        id: 2
                        event: log
                        data: line 2
                        data: more

                        id: 3
                        event: log
                        data: line 3
                        data: more

                        """);
    }

    @Test
    void aReconnectingClientSaysWhereItWas() throws Exception {
        assertThat(get("/three", "Last-Event-ID", "2").body()).contains("id: 3").doesNotContain("id: 2");
    }

    @Test
    void aStreamThatCannotBeginAnswersWithAnOrdinaryError() throws Exception {
        HttpResponse<String> response = get("/none");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("task 7: not there");
    }

    @Test
    void aStreamThatBreaksSaysSoInItsLastEvent() throws Exception {
        assertThat(get("/breaks").body())
                .contains("event: log\ndata: one\n\n")
                .contains("event: problem\ndata: {")
                .contains("the store is gone");
    }

    @Test
    void theHandlerIsInterruptedWhenTheClientGoesAway() throws Exception {
        try (Socket _ = open("/waits")) {
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anIdleStreamShowsThatItLives() throws Exception {
        try (Socket socket = open("/waits")) {
            StringBuilder text = new StringBuilder();
            while (text.indexOf(": ping\n\n") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).isNotNegative();
                text.append((char) next);
            }
            assertThat(text).contains("data: hello");
        }
    }

    @Test
    void aShutdownEndsOpenStreams() throws Exception {
        try (Socket socket = open("/waits")) {
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("data: hello").endsWith("0\r\n\r\n");
        }
    }

    @Test
    void aSlowClientHoldsTheHandlerBack() throws Exception {
        try (Socket socket = open("/flood")) {
            AtomicInteger before = new AtomicInteger(-1);
            // The socket's buffers fill up and then nothing more is produced until somebody reads.
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        int now = sent.get();
                        return now > 0 && before.getAndSet(now) == now;
                    });
            int held = sent.get();
            socket.getInputStream().readNBytes(2 * 1024 * 1024);
            await().atMost(Duration.ofSeconds(10)).until(() -> sent.get() > held);
        }
    }

    private Socket open(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(32 * 1024);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET /api/polder" + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readNBytes(15), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
        return socket;
    }
}
