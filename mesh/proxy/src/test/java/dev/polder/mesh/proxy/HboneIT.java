package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.AuthorizationPolicy;
import dev.polder.mesh.config.ConnectionMatch;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.StringMatch;
import dev.polder.mesh.config.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gateway and workloads of one process, with HBONE between them. */
class HboneIT {

    private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway");
    private static final SpiffeId SHOP = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/shop");
    private static final String ADDRESS = "127.64.0.1";
    private static final int APPLICATION = 8080;

    private final TestCa ca = new TestCa("cluster.local");
    private final int hbonePort = freePort();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Proxy gateway;
    private @Nullable Proxy node;

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    /** Below those that the system gives to outgoing connections, which may take one before a server does; no port twice. */
    static int freePort() {
        for (int i = 0; i < 1_000; i++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 31_000);
            if (GIVEN.add(port)) {
                try (ServerSocket socket = new ServerSocket(port)) {
                    return socket.getLocalPort();
                } catch (IOException e) {
                    // somebody has it
                }
            }
        }
        throw new IllegalStateException("no free port between 20000 and 31000");
    }

    private static MeshSnapshot mesh(@Nullable AuthorizationPolicy policy, String serviceAccount) {
        TestMesh mesh = new TestMesh();
        Workload workload = mesh.workload(serviceAccount, ADDRESS, policy);
        return mesh.route("/", TestMesh.tunnelled(workload, APPLICATION)).snapshot();
    }

    static AuthorizationPolicy policy(AuthorizationPolicy.Action action, String principal) {
        ConnectionMatch match = new ConnectionMatch(
                List.of(),
                List.of(),
                List.of(StringMatch.parse(principal)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return new AuthorizationPolicy(
                "default",
                "test",
                AuthorizationPolicy.Scope.SELECTOR,
                action,
                List.of(new AuthorizationPolicy.Rule(List.of(new AuthorizationPolicy.Clause(List.of(match))))));
    }

    private static final AuthorizationPolicy NOT_THE_GATEWAY =
            policy(AuthorizationPolicy.Action.DENY, "cluster.local/ns/polder-system/sa/gateway");

    private Proxy gateway(TestCa certificates) {
        return Proxy.builder()
                .identities(certificates)
                .gatewayIdentity(SELF)
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .hbonePort(hbonePort)
                .grace(Duration.ofMillis(300))
                .workers(1)
                .start();
    }

    private Proxy node(TestCa certificates, LocalHttpHandler handler) {
        return Proxy.builder()
                .identities(certificates)
                .local(TestMesh.ip(ADDRESS), handler)
                .hbonePort(hbonePort)
                .grace(Duration.ofMillis(300))
                .workers(1)
                .start();
    }

    private void start(LocalHttpHandler handler, MeshSnapshot snapshot) {
        node = node(ca, handler);
        gateway = gateway(ca);
        node.apply(snapshot);
        gateway.apply(snapshot);
    }

    private HttpRequest.Builder request(String path) {
        int port = java.util.Objects.requireNonNull(gateway)
                .gatewayAddress(TestMesh.HTTP)
                .getPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void hello(LocalRequest request, LocalResponder responder) {
        WholeBody.upTo(4 << 20, HboneIT::hello).handle(request, responder);
    }

    private static void hello(LocalRequest request, byte[] body, LocalResponder responder) {
        String text = request.method() + " " + request.path() + " from " + request.peer() + " for "
                + request.authority() + " with " + body.length;
        responder.respond(200, List.of(new HttpHeader("x-workload", "shop")), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void reachesAWorkloadOfThisProcess() throws Exception {
        start(HboneIT::hello, mesh(null, "shop"));
        HttpResponse<String> response = get("/cart?x=1");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-workload")).contains("shop");
        assertThat(response.body()).startsWith("GET /cart?x=1 from " + SELF + " for 127.0.0.1:");
        for (int i = 0; i < 100; i++) {
            assertThat(get("/" + i).statusCode()).isEqualTo(200);
        }
        byte[] megabytes = new byte[3_000_000];
        HttpResponse<String> posted = client.send(
                request("/upload")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(megabytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(posted.body()).endsWith("with 3000000");
        TrafficStats.Summary summary = gateway.traffic()
                .summary(new WorkloadRef("default", "shop"), 60)
                .orElseThrow();
        assertThat(summary.byStatus()).containsEntry(200, 102L);
        assertThat(summary.mutualTls()).isTrue();
        assertThat(summary.callers()).containsExactly("polder-system/gateway");
        assertThat(node.metricsText())
                .containsPattern("istio_requests_total\\{reporter=\"destination\".*source_principal=\"" + SELF
                        + "\".*destination_workload=\"shop\".*connection_security_policy=\"mutual_tls\".* 102")
                .contains("istio_tcp_connections_opened_total{reporter=\"destination\"");
    }

    @Test
    void refusesPlainConnections() throws Exception {
        start(HboneIT::hello, mesh(null, "shop"));
        try (RawClient plain = new RawClient(new InetSocketAddress(ADDRESS, hbonePort))) {
            String answer = plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAll();
            assertThat(answer).doesNotContain("HTTP/1.1").doesNotContain("[timeout]");
        }
        assertThatThrownBy(() -> new RawClient(new InetSocketAddress(ADDRESS, APPLICATION)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesClientsOfAForeignAuthority() throws Exception {
        start(HboneIT::hello, mesh(null, "shop"));
        TestCa foreign = new TestCa("cluster.local");
        assertThat(handshake(TestTls.mutual(foreign.issue(SELF), ca.roots()))).isNotEqualTo("served");
        assertThat(handshake(TestTls.trusting(ca.roots()))).isNotEqualTo("served");
        SpiffeId elsewhere = SpiffeId.parse("spiffe://other.domain/ns/polder-system/sa/gateway");
        assertThat(handshake(TestTls.mutual(ca.issue(elsewhere), ca.roots()))).isNotEqualTo("served");
        assertThat(handshake(TestTls.mutual(ca.issue(SELF), ca.roots()))).isEqualTo("served");
    }

    /** {@code served} when the peer's HTTP/2 settings came; otherwise what happened instead. */
    private String handshake(SSLContext context) throws Exception {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(5_000);
            socket.connect(new InetSocketAddress(ADDRESS, hbonePort), 5_000);
            socket.startHandshake();
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            socket.getOutputStream().flush();
            byte[] frame = socket.getInputStream().readNBytes(9);
            return frame.length == 9 && frame[3] == 4 ? "served" : "ended";
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void refusesAServerOfAForeignAuthority() throws Exception {
        node = node(new TestCa("cluster.local"), HboneIT::hello);
        gateway = gateway(ca);
        node.apply(mesh(null, "shop"));
        gateway.apply(mesh(null, "shop"));
        HttpResponse<String> response = get("/");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"flags\":\"UF\"");
    }

    @Test
    void refusesAServerThatIsSomebodyElse() throws Exception {
        node = node(ca, HboneIT::hello);
        gateway = gateway(ca);
        node.apply(mesh(null, "other"));
        gateway.apply(mesh(null, "shop"));
        HttpResponse<String> response = get("/");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).doesNotContain("from spiffe");
    }

    @Test
    void enforcesPoliciesAndCutsLiveConnections() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        start(
                (request, responder) -> {
                    if (request.path().equals("/wait")) {
                        responder.onCancel(cancelled::countDown);
                        arrived.countDown();
                    } else {
                        hello(request, responder);
                    }
                },
                mesh(null, "shop"));
        assertThat(get("/").statusCode()).isEqualTo(200);
        CompletableFuture<HttpResponse<String>> open =
                client.sendAsync(request("/wait").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

        node.apply(mesh(NOT_THE_GATEWAY, "shop"));
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(open.get(5, TimeUnit.SECONDS).statusCode()).isIn(502, 403);
        HttpResponse<String> denied = get("/");
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body()).contains("\"flags\":\"DENY\"");
        assertThat(node.metricsText())
                .containsPattern("istio_tcp_connections_failed_total\\{.*response_flags=\"DENY\"} [1-9]");

        node.apply(mesh(policy(AuthorizationPolicy.Action.ALLOW, "*/sa/gateway"), "shop"));
        assertThat(get("/").statusCode()).isEqualTo(200);
        node.apply(mesh(policy(AuthorizationPolicy.Action.ALLOW, "*/sa/nobody"), "shop"));
        assertThat(get("/").statusCode()).isEqualTo(403);
        node.apply(mesh(null, "shop"));
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void closesListenersOfWorkloadsThatAreGone() throws Exception {
        start(HboneIT::hello, mesh(null, "shop"));
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(node.inboundAddresses()).containsExactly(TestMesh.ip(ADDRESS));
        node.apply(new TestMesh().snapshot());
        assertThat(node.inboundAddresses()).isEmpty();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(get("/").statusCode()).isIn(502, 503));
        node.apply(mesh(null, "shop"));
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void survivesRenewedCertificates() throws Exception {
        start(HboneIT::hello, mesh(null, "shop"));
        assertThat(get("/").statusCode()).isEqualTo(200);
        ca.rotate(SHOP);
        ca.rotate(SELF);
        assertThat(get("/").statusCode()).isEqualTo(200);
        node.apply(new TestMesh().snapshot());
        node.apply(mesh(null, "shop"));
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(get("/").statusCode()).isEqualTo(200));
    }

    @Test
    void answersForHandlersThatFail() throws Exception {
        start(
                (request, responder) -> {
                    switch (request.path()) {
                        case "/throws" -> throw new IllegalStateException("broken");
                        case "/split" ->
                            responder.respond(200, List.of(new HttpHeader("x", "a\r\nset-cookie: b")), new byte[0]);
                        case "/status" -> responder.respond(99, List.of(), new byte[0]);
                        case "/empty" -> responder.respond(204, List.of(), new byte[0]);
                        default ->
                            responder.fail(dev.polder.kernel.model.Problem.guest(
                                    dev.polder.kernel.model.Problem.Code.DEADLINE, "too slow", null));
                    }
                },
                mesh(null, "shop"));
        assertThat(get("/throws").statusCode()).isEqualTo(500);
        HttpResponse<String> split = get("/split");
        assertThat(split.statusCode()).isEqualTo(500);
        assertThat(split.headers().firstValue("set-cookie")).isEmpty();
        assertThat(get("/status").statusCode()).isEqualTo(500);
        assertThat(get("/empty").statusCode()).isEqualTo(204);
        HttpResponse<String> late = get("/late");
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(late.body()).contains("too slow");
    }

    @Test
    void reachesAWorkloadByTcp() throws Exception {
        try (ServerSocket application = new ServerSocket(0, 50, TestMesh.ip("127.64.0.2"))) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket socket = application.accept();
                        Thread.ofVirtual().start(() -> {
                            try (socket) {
                                socket.getInputStream().readNBytes(1);
                                socket.getOutputStream()
                                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                                .getBytes(StandardCharsets.US_ASCII));
                                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                            } catch (IOException e) {
                                // the test closed it
                            }
                        });
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            node = Proxy.builder()
                    .identities(ca)
                    .node(workload -> true)
                    .hbonePort(hbonePort)
                    .workers(1)
                    .start();
            gateway = gateway(ca);
            TestMesh mesh = new TestMesh();
            Workload workload = mesh.workload("tcp", "127.64.0.2");
            MeshSnapshot snapshot = mesh.route("/", TestMesh.tunnelled(workload, application.getLocalPort()))
                    .snapshot();
            node.apply(snapshot);
            gateway.apply(snapshot);
            assertThat(get("/").body()).isEqualTo("ok");
        }
    }
}
