package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.AuthorizationPolicy;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.TestBodies.Answer;
import dev.polder.mesh.proxy.TestBodies.Reading;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A workload of one process calls a workload of another through HBONE. */
@SuppressWarnings("FutureReturnValueIgnored") // what a handler makes of a body shows in the answer
class MeshClientIT {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/web");
    private static final String ADDRESS = "127.64.0.21";
    private static final long MEGABYTE = 1 << 20;

    private final TestCa ca = new TestCa("cluster.local");
    private final int hbonePort = HboneIT.freePort();
    private final Proxy here = proxy();
    private final Proxy there = proxy();
    private final MeshClient client = here.client(WEB, ClientLimits.DEFAULT, EgressPolicy.NOTHING);

    private Proxy proxy() {
        return Proxy.builder()
                .identities(ca)
                .hbonePort(hbonePort)
                .grace(Duration.ofMillis(100))
                .workers(1)
                .start();
    }

    private void serve(LocalHttpHandler handler) {
        there.local(TestMesh.ip(ADDRESS), handler);
        apply(null);
    }

    private void apply(@Nullable AuthorizationPolicy policy) {
        TestMesh mesh = new TestMesh();
        Workload shop = mesh.workload("shop", ADDRESS, policy);
        mesh.service("shop", "127.65.0.21", TestMesh.tunnelled(shop, 8080)).service("empty", "127.65.0.22");
        there.apply(mesh.snapshot());
        here.apply(mesh.snapshot());
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
    }

    private Answer get(String authority, String path) {
        Answer answer = new Answer();
        client.send(ClientRequest.get(authority, path), answer);
        return answer;
    }

    private static ClientRequest post(String path, long length) {
        return new ClientRequest("POST", "http", "shop", path, List.of(), length, ClientTimeouts.DEFAULT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void hello(LocalRequest request, LocalResponder responder) {
        String text =
                request.method() + " " + request.path() + " from " + request.peer() + " for " + request.authority();
        responder.respond(200, List.of(new HttpHeader("x-workload", "shop")), bytes(text));
    }

    @Test
    void callsAServiceByAnyOfItsNamesWithItsOwnIdentity() throws Exception {
        serve(MeshClientIT::hello);
        for (String host :
                List.of("shop", "shop.default", "shop.default.svc", "SHOP.default.svc.cluster.local.", "127.65.0.21")) {
            Answer answer = get(host, "/cart?x=1");
            assertThat(answer.text()).isEqualTo("GET /cart?x=1 from " + WEB + " for " + host);
            assertThat(answer.head().status()).isEqualTo(200);
            assertThat(TestBodies.header(answer.head().headers(), "x-workload")).isEqualTo("shop");
        }
        ClientRequest https = new ClientRequest(
                "GET", "https", "shop", "/", List.of(new HttpHeader("host", "evil")), 0, ClientTimeouts.DEFAULT);
        Answer secured = new Answer();
        client.send(https, secured);
        assertThat(secured.text()).isEqualTo("GET / from " + WEB + " for shop");
        await().untilAsserted(() -> assertThat(client.active()).isZero());
        assertThat(here.metricsText())
                .containsPattern(
                        "istio_requests_total\\{reporter=\"source\".*source_workload=\"web\".*source_principal=\""
                                + WEB
                                + "\".*destination_workload=\"shop\".*destination_service=\"shop.default.svc.cluster.local\""
                                + ".*connection_security_policy=\"mutual_tls\",response_code=\"200\".* 6");
        assertThat(there.metricsText())
                .containsPattern(
                        "istio_requests_total\\{reporter=\"destination\".*source_principal=\"" + WEB + "\".* 6");
        assertThat(here.traffic().total(new WorkloadRef("default", "shop"))).isEqualTo(6);
        assertThat(there.traffic().total(new WorkloadRef("default", "shop"))).isEqualTo(6);
    }

    @Test
    void hearsThatAPolicySaysNo() throws Exception {
        serve(MeshClientIT::hello);
        assertThat(get("shop", "/").head().status()).isEqualTo(200);
        apply(HboneIT.policy(AuthorizationPolicy.Action.DENY, "cluster.local/ns/default/sa/web"));
        await().untilAsserted(() -> assertThat(
                        get("shop", "/").failure.get(5, TimeUnit.SECONDS).kind())
                .isEqualTo(HttpFailure.Kind.HTTP_REQUEST_DENIED));
        assertThat(here.metricsText())
                .containsPattern("reporter=\"source\".*destination_workload=\"shop\".*response_flags=\"DENY\"");
        SpiffeId other = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/other");
        try (MeshClient allowed = here.client(other, ClientLimits.DEFAULT, EgressPolicy.NOTHING)) {
            Answer answer = new Answer();
            allowed.send(ClientRequest.get("shop", "/"), answer);
            assertThat(answer.text()).contains(other.toString());
        }
    }

    @Test
    void saysWhatIsWrongWithADestination() throws Exception {
        serve(MeshClientIT::hello);
        assertThat(get("shop:81", "/").failed().kind()).isEqualTo(HttpFailure.Kind.DESTINATION_NOT_FOUND);
        assertThat(get("empty", "/").failed().kind()).isEqualTo(HttpFailure.Kind.DESTINATION_UNAVAILABLE);
        assertThat(get("gone.default.svc.cluster.local", "/").failed().kind()).isEqualTo(HttpFailure.Kind.DNS_ERROR);
        assertThat(get("a b", "/").failed().kind()).isEqualTo(HttpFailure.Kind.HTTP_REQUEST_URI_INVALID);
        assertThat(get("shop", "/a b").failed().kind()).isEqualTo(HttpFailure.Kind.HTTP_REQUEST_URI_INVALID);
        Answer split = new Answer();
        List<HttpHeader> smuggled = List.of(new HttpHeader("x", "a\r\nb: c"));
        client.send(new ClientRequest("GET", "http", "shop", "/", smuggled, 0, ClientTimeouts.DEFAULT), split);
        assertThat(split.failed().kind()).isEqualTo(HttpFailure.Kind.HTTP_REQUEST_HEADER_INVALID);
        there.apply(new TestMesh().snapshot());
        assertThat(get("shop", "/").failed().kind())
                .isIn(HttpFailure.Kind.CONNECTION_REFUSED, HttpFailure.Kind.CONNECTION_TERMINATED);
        assertThat(client.active()).isZero();
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void echoesAHundredMegabytesInLittleMemory() throws Exception {
        serve(TestBodies::echo);
        long size = 100 * MEGABYTE;
        long before = directMemory();
        Answer answer = new Answer();
        ClientExchange exchange = client.send(post("/", HttpBody.UNKNOWN), answer);
        TestBodies.write(exchange.body(), size, List.of(new HttpHeader("x-checked", "yes")));
        Reading reading = Reading.of(answer.head().body());
        AtomicLong peak = new AtomicLong();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    peak.accumulateAndGet(directMemory() - before, Math::max);
                    return reading.end.isDone();
                });
        assertThat(reading.bytes.get()).isEqualTo(size);
        assertThat(reading.end.get()).containsExactly(new HttpHeader("x-checked", "yes"));
        assertThat(peak.get()).isLessThan(48 * MEGABYTE);
    }

    /** Waits until a number stands still, and gives it. */
    private static long still(AtomicLong number) {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> last.getAndSet(number.get()) == number.get() && number.get() > 0);
        return number.get();
    }

    @Test
    void stopsAServerForAReaderThatStops() throws Exception {
        CompletableFuture<AtomicLong> written = new CompletableFuture<>();
        serve((request, responder) ->
                written.complete(TestBodies.write(responder.respond(200, List.of()), 60 * MEGABYTE, List.of())));
        Answer answer = get("shop", "/");
        Reading reading = Reading.of(answer.head().body());
        await().until(() -> reading.bytes.get() > MEGABYTE);
        reading.pause();
        long sent = still(written.get(5, TimeUnit.SECONDS));
        assertThat(sent - reading.bytes.get()).isLessThan(12 * MEGABYTE);
        assertThat(reading.end).isNotDone();
        reading.resume();
        reading.end.get(30, TimeUnit.SECONDS);
        assertThat(reading.bytes.get()).isEqualTo(60 * MEGABYTE);
    }

    @Test
    void stopsAClientForAHandlerThatStops() throws Exception {
        CompletableFuture<Reading> read = new CompletableFuture<>();
        serve((request, responder) -> {
            Reading reading = Reading.of(request.body());
            read.complete(reading);
            reading.end.thenAccept(trailers -> responder.respond(200, List.of(), bytes("got " + reading.bytes)));
        });
        Answer answer = new Answer();
        ClientExchange exchange = client.send(post("/", 60 * MEGABYTE), answer);
        AtomicLong written = TestBodies.write(exchange.body(), 60 * MEGABYTE, List.of());
        Reading reading = read.get(5, TimeUnit.SECONDS);
        await().until(() -> reading.bytes.get() > MEGABYTE);
        reading.pause();
        long sent = still(written);
        assertThat(sent - reading.bytes.get()).isLessThan(12 * MEGABYTE);
        reading.resume();
        assertThat(answer.text()).isEqualTo("got " + 60 * MEGABYTE);
    }

    @Test
    void carriesInterimResponsesAndTrailersAndAnswersEarly() throws Exception {
        CompletableFuture<HttpFailure> unread = new CompletableFuture<>();
        serve((request, responder) -> {
            if (request.path().equals("/early")) {
                Reading reading = Reading.of(request.body(), 1);
                reading.failure.thenAccept(unread::complete);
                responder.respond(413, List.of(), bytes("too much"));
                return;
            }
            responder.interim(103, List.of(new HttpHeader("link", "</a.css>")));
            BodyWriter out = responder.respond(200, List.of(new HttpHeader("trailer", "x-sum")));
            out.write(bytes("one "));
            out.write(bytes("two"));
            out.end(List.of(new HttpHeader("x-sum", "7")));
        });
        Answer answer = get("shop", "/");
        Reading reading = Reading.of(answer.head().body());
        assertThat(reading.text()).isEqualTo("one two");
        assertThat(answer.interim).contains("103").contains("</a.css>");
        assertThat(reading.end.get()).containsExactly(new HttpHeader("x-sum", "7"));

        Answer early = new Answer();
        ClientExchange exchange = client.send(post("/early", HttpBody.UNKNOWN), early);
        exchange.body().write(new byte[1000]);
        assertThat(early.text()).isEqualTo("too much");
        assertThat(unread.get(5, TimeUnit.SECONDS).kind()).isEqualTo(HttpFailure.Kind.CANCELLED);
        await().until(() -> !exchange.body().isOpen());
    }

    @Test
    void keepsConnectionsForTheNextRequest() throws Exception {
        serve(WholeBody.upTo(100, (request, body, responder) -> {
            switch (request.path()) {
                case "/none" -> responder.respond(204, List.of()).end(List.of());
                case "/sized" -> {
                    BodyWriter out = responder.respond(200, List.of(new HttpHeader("content-length", "5")));
                    out.write(bytes("fi"));
                    out.write(bytes("ve!"));
                    out.end(List.of());
                }
                default -> responder.respond(200, List.of(), body);
            }
        }));
        for (int i = 0; i < 20; i++) {
            assertThat(get("shop", "/none").head().status()).isEqualTo(204);
            Answer sized = get("shop", "/sized");
            assertThat(sized.text()).isEqualTo("five!");
            assertThat(sized.head().body().length()).isEqualTo(5);
            Answer head = new Answer();
            client.send(
                    new ClientRequest("HEAD", "http", "shop", "/sized", List.of(), 0, ClientTimeouts.DEFAULT), head);
            assertThat(head.text()).isEmpty();
            assertThat(TestBodies.header(head.head().headers(), "content-length"))
                    .isEqualTo("5");
            Answer posted = new Answer();
            client.send(post("/", 3), posted).body().write(bytes("abc"));
            assertThat(posted.text()).isEqualTo("abc");
        }
        assertThat(there.metricsText())
                .containsPattern("istio_tcp_connections_opened_total\\{reporter=\"destination\".* [1-9]\n");
        Answer large = new Answer();
        client.send(post("/", 101), large).body().write(new byte[101]);
        assertThat(large.head().status()).isEqualTo(413);
    }

    @Test
    void tellsEachEndThatTheOtherBrokeOff() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(2);
        CompletableFuture<HttpFailure> broken = new CompletableFuture<>();
        CompletableFuture<Reading> uploading = new CompletableFuture<>();
        CompletableFuture<BodyWriter> endless = new CompletableFuture<>();
        serve((request, responder) -> {
            responder.onCancel(cancelled::countDown);
            switch (request.path()) {
                case "/upload" -> {
                    Reading reading = Reading.of(request.body());
                    reading.failure.thenAccept(broken::complete);
                    uploading.complete(reading);
                }
                case "/endless" -> {
                    BodyWriter out = responder.respond(200, List.of());
                    out.write(bytes("begun"));
                    endless.complete(out);
                }
                case "/abort" -> {
                    BodyWriter out = responder.respond(200, List.of());
                    out.write(bytes("begun"));
                    out.abort();
                }
                case "/short" -> {
                    BodyWriter out = responder.respond(200, List.of(new HttpHeader("content-length", "10")));
                    out.write(bytes("begun"));
                    out.end(List.of());
                }
                default -> throw new IllegalStateException("broken");
            }
        });
        ClientExchange upload = client.send(post("/upload", 1000), new Answer());
        upload.body().write(bytes("begun"));
        Reading uploaded = uploading.get(5, TimeUnit.SECONDS);
        await().until(() -> uploaded.bytes.get() == 5);
        upload.body().abort();
        assertThat(broken.get(5, TimeUnit.SECONDS).kind()).isEqualTo(HttpFailure.Kind.CANCELLED);

        Answer answer = new Answer();
        ClientExchange open = client.send(ClientRequest.get("shop", "/endless"), answer);
        Reading reading = Reading.of(answer.head().body());
        BodyWriter out = endless.get(5, TimeUnit.SECONDS);
        open.cancel();
        assertThat(reading.failure.get(5, TimeUnit.SECONDS).kind()).isEqualTo(HttpFailure.Kind.CANCELLED);
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
        await().until(() -> !out.isOpen());
        CountDownLatch room = new CountDownLatch(1);
        out.onRoom(room::countDown);
        assertThat(room.getCount()).isZero();

        for (String path : List.of("/abort", "/short")) {
            // a reset overtakes what was not sent yet, so even the head may be missing
            Answer cut = get("shop", path);
            cut.response.thenAccept(head -> Reading.of(head.body()).failure.thenAccept(cut.failure::complete));
            assertThat(cut.failed().kind())
                    .isIn(HttpFailure.Kind.HTTP_RESPONSE_INCOMPLETE, HttpFailure.Kind.CONNECTION_TERMINATED);
        }
        assertThat(get("shop", "/throws").head().status()).isEqualTo(500);
        Answer longer = new Answer();
        client.send(post("/upload", 2), longer).body().write(bytes("three"));
        assertThat(longer.failed().kind()).isEqualTo(HttpFailure.Kind.HTTP_REQUEST_BODY_SIZE);
        await().until(() -> client.active() == 0);
    }
}
