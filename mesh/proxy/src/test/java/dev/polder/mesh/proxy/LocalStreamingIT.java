package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.AuthorizationPolicy;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.TestBodies.Reading;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of another make stream to and from a workload of this process, through the gateway and HBONE. */
@SuppressWarnings("FutureReturnValueIgnored") // what a handler makes of a body shows in the answer
class LocalStreamingIT {

    private static final String ADDRESS = "127.64.0.31";
    private static final long SIZE = 10L << 20;
    private static final AuthorizationPolicy NOT_THE_GATEWAY =
            HboneIT.policy(AuthorizationPolicy.Action.DENY, "cluster.local/ns/polder-system/sa/gateway");

    private final TestCa ca = new TestCa("cluster.local");
    final AtomicReference<LocalHttpHandler> handler = new AtomicReference<>(TestBodies::echo);
    Proxy proxy;
    private final HttpClient client = HttpClient.newHttpClient();

    /** Whether the bytes of tunnels are handed over in memory. */
    boolean handOver() {
        return true;
    }

    @BeforeEach
    final void start() {
        proxy = Proxy.builder()
                .identities(ca)
                .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .hbonePort(HboneIT.freePort())
                .local(
                        TestMesh.ip(ADDRESS),
                        (request, responder) -> handler.get().handle(request, responder))
                .grace(Duration.ofMillis(200))
                .workers(1)
                .handOver(handOver())
                .start();
        apply(null);
    }

    final void apply(@Nullable AuthorizationPolicy policy) {
        TestMesh mesh = new TestMesh();
        Workload workload = mesh.workload("shop", ADDRESS, policy);
        proxy.apply(mesh.route("/", TestMesh.tunnelled(workload, 8080)).snapshot());
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    final String url() {
        return "http://127.0.0.1:" + proxy.gatewayAddress(TestMesh.HTTP).getPort() + "/";
    }

    private static Path file(Path folder, long size) throws IOException {
        Path file = folder.resolve("sent");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek(size - 4);
            sparse.write("last".getBytes(StandardCharsets.US_ASCII));
        }
        return file;
    }

    @Test
    void echoesWhatCurlSendsInEitherVersion(@TempDir Path folder) throws Exception {
        Path sent = file(folder, SIZE);
        Path received = folder.resolve("received");
        for (String version : List.of("--http1.1", "--http2-prior-knowledge")) {
            String said = RealPeersIT.run(
                    "curl",
                    "-sS",
                    "-m",
                    "60",
                    version,
                    "-T",
                    sent.toString(),
                    "-o",
                    received.toString(),
                    "-w",
                    "%{http_code} %{size_upload} %{size_download}",
                    url());
            assertThat(said).isEqualTo("200 " + SIZE + " " + SIZE);
            assertThat(Files.mismatch(sent, received)).isEqualTo(-1);
        }
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create(url())).build();
    }

    private int status() throws Exception {
        return client.send(request(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void knowsTheCallerByItsCertificate() throws Exception {
        CompletableFuture<LocalRequest> seen = new CompletableFuture<>();
        handler.set((request, responder) -> {
            seen.complete(request);
            responder.respond(200, List.of(), new byte[0]);
        });
        assertThat(status()).isEqualTo(200);
        LocalRequest request = seen.get(1, TimeUnit.SECONDS);
        assertThat(request.peer().toString()).isEqualTo("spiffe://cluster.local/ns/polder-system/sa/gateway");
        InetSocketAddress from = Objects.requireNonNull(request.remoteAddress());
        assertThat(from.getPort()).as("no socket").isZero();
    }

    @Test
    void judgesByPoliciesAndCutsWhatMayNotStay() throws Exception {
        CompletableFuture<BodyWriter> open = new CompletableFuture<>();
        handler.set((request, responder) -> {
            BodyWriter out = responder.respond(200, List.of());
            out.write("first".getBytes(StandardCharsets.US_ASCII));
            open.complete(out);
        });
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(), HttpResponse.BodyHandlers.ofString());
        open.get(5, TimeUnit.SECONDS);
        apply(NOT_THE_GATEWAY);
        assertThat(answer.handle((response, failure) -> failure != null).get(5, TimeUnit.SECONDS))
                .as("the live answer is cut")
                .isTrue();
        assertThat(status()).isEqualTo(403);
        handler.set((request, responder) -> responder.respond(200, List.of(), new byte[0]));
        apply(null);
        assertThat(status()).isEqualTo(200);
    }

    @Test
    void keepsConnectionsWhoseAnswersBeganBeforeTheRequestEnded(@TempDir Path folder) throws Exception {
        String sent = file(folder, SIZE).toString();
        String again = folder.resolve("again").toString();
        String said = RealPeersIT.run(
                "curl",
                "-sS",
                "-m60",
                "--http1.1",
                "-w%{http_code} %{num_connects} ",
                "-T" + sent,
                "-o" + again,
                url(),
                "-T" + sent,
                "-o" + again,
                url());
        assertThat(said).isEqualTo("200 1 200 0 ");
        assertThat(proxy.metricsText())
                .as("one tunnel served both")
                .containsPattern("istio_tcp_connections_opened_total\\{reporter=\"destination\".* 1\n");
    }

    @Test
    void closesAConnectionWhoseRequestHadNotEndedWhenItsAnswerDid() throws Exception {
        handler.set((request, responder) -> {
            BodyWriter out = responder.respond(200, List.of());
            out.write("enough".getBytes(StandardCharsets.US_ASCII));
            out.end(List.of());
        });
        try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\npart");
            assertThat(client.readAll()).contains("enough").endsWith("0\r\n\r\n");
        }
    }

    @Test
    void saysThatItClosesWhenItRefusesARequestThatHasNotEnded() throws Exception {
        handler.set((request, responder) -> {
            BodyWriter out = responder.respond(403, List.of());
            out.write("not you".getBytes(StandardCharsets.US_ASCII));
            out.end(List.of());
        });
        try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 403")
                    .containsIgnoringCase("connection: close")
                    .contains("not you");
        }
    }

    @Test
    void letsCurlSendOnlyWhenTheBodyIsWanted(@TempDir Path folder) throws Exception {
        Path sent = file(folder, 5_000);
        String[] arguments = {
            "-sS",
            "-v",
            "-m",
            "20",
            "--http1.1",
            "-H",
            "Expect: 100-continue",
            "--expect100-timeout",
            "15",
            "--data-binary",
            "@" + sent,
            "-w",
            " sent %{size_upload}",
            url()
        };
        CompletableFuture<Long> length = new CompletableFuture<>();
        handler.set((request, responder) -> {
            length.complete(request.body().length());
            Reading reading = Reading.of(request.body());
            reading.end.thenAccept(trailers ->
                    responder.respond(200, List.of(), ("got " + reading.bytes).getBytes(StandardCharsets.US_ASCII)));
        });
        assertThat(RealPeersIT.run("curl", arguments))
                .contains("< HTTP/1.1 100 Continue")
                .contains("got 5000")
                .endsWith("sent 5000");
        assertThat(length.get(1, TimeUnit.SECONDS)).isEqualTo(5_000);
        handler.set((request, responder) ->
                responder.respond(403, List.of(), "not you".getBytes(StandardCharsets.US_ASCII)));
        assertThat(RealPeersIT.run("curl", arguments))
                .doesNotContain("100 Continue")
                .contains("not you")
                .endsWith("sent 0");
    }

    @Test
    void carriesTrailersOfNghttpBothWays(@TempDir Path folder) throws Exception {
        Path sent = file(folder, 100_000);
        CompletableFuture<List<HttpHeader>> trailers = new CompletableFuture<>();
        handler.set((request, responder) -> {
            Reading reading = Reading.of(request.body());
            reading.end.thenAccept(lines -> {
                trailers.complete(lines);
                BodyWriter out = responder.respond(200, List.of());
                out.write("done".getBytes(StandardCharsets.US_ASCII));
                out.end(List.of(new HttpHeader("x-bytes", reading.bytes.toString())));
            });
        });
        String said = RealPeersIT.run(
                "nghttp", "-v", "--no-content-length", "-d", sent.toString(), "--trailer", "x-sum: 7", url());
        assertThat(trailers.get(5, TimeUnit.SECONDS)).contains(new HttpHeader("x-sum", "7"));
        assertThat(said).contains(":status: 200").contains("x-bytes: 100000");
    }

    @Test
    void sendsALazyAnswerWhenItsLoopIsWoken() throws Exception {
        CompletableFuture<LocalResponder> asked = new CompletableFuture<>();
        handler.set((request, responder) -> asked.complete(responder));
        try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            LocalResponder responder = asked.get(5, TimeUnit.SECONDS);
            byte[] body = "in a while".getBytes(StandardCharsets.US_ASCII);
            Runnable wake = responder.respondLazily(200, List.of(), body);
            assertThat(responder.respondLazily(201, List.of(), body))
                    .as("a second answer is none, on the same loop")
                    .isSameAs(wake);
            wake.run();
            assertThat(client.readUntil("in a while")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void sendsEventsAsTheyHappenAndHearsWhenTheClientGoes() throws Exception {
        CompletableFuture<BodyWriter> events = new CompletableFuture<>();
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        handler.set((request, responder) -> {
            responder.onCancel(() -> cancelled.complete("cancelled"));
            events.complete(responder.respond(200, List.of(new HttpHeader("content-type", "text/event-stream"))));
        });
        try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).contains("text/event-stream");
            BodyWriter out = events.get(5, TimeUnit.SECONDS);
            for (int i = 0; i < 3; i++) {
                out.write(("data: " + i + "\n\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(client.readUntil("\n\n")).endsWith("data: " + i + "\n\n");
            }
        }
        assertThat(cancelled.get(5, TimeUnit.SECONDS)).isEqualTo("cancelled");
        await().until(() -> !events.get().isOpen());
    }
}
