package dev.polder.wasm.wasi.p2.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.StreamError;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.sockets.AddressKind;
import dev.polder.wasm.wasi.p2.sockets.NameResolver;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of a guest to a real server, by the client of the JDK. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutgoingHttpIT {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("10.255.255.1");

    private final List<GuestLimit> refused = new ArrayList<>();
    private final GuestIo io = new GuestIo(100, refused::add);
    private final HttpTypes types = new HttpTypes(io, 100_000);
    private final JdkOutgoingHttp http = JdkOutgoingHttp.withDefaults();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(HERE, 0), 10);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            String host = exchange.getRequestHeaders().getFirst("Host");
            byte[] body = (exchange.getRequestMethod() + " " + host + " " + exchange.getRequestURI())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        port = server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        io.close();
        http.close();
        server.stop(0);
    }

    private OutgoingHandler handler(OutboundPolicy policy, NameResolver resolver, Timeouts timeouts) {
        return new OutgoingHandler(io, http, policy, resolver, timeouts, 1);
    }

    private OutgoingHandler handler(NameResolver resolver, AddressKind... kinds) {
        OutboundPolicy policy = OutboundPolicy.of(List.of("http://*.example:*"));
        return handler(kinds.length == 0 ? policy : policy.withAddresses(Set.of(kinds)), resolver, Timeouts.DEFAULT);
    }

    private OutgoingRequest request(String authority) {
        OutgoingRequest request = types.newOutgoingRequest(types.newFields());
        request.setScheme(Optional.of(new Scheme.Http()));
        request.setAuthority(Optional.of(authority));
        request.setPathWithQuery(Optional.of("/a?b=c"));
        return request;
    }

    private Result<IncomingResponse, HttpErrorCode> send(OutgoingHandler handler, String authority) {
        var handled = handler.handle(request(authority), Optional.empty());
        if (handled instanceof Result.Err<FutureIncomingResponse, HttpErrorCode>(HttpErrorCode refused)) {
            return Result.err(refused);
        }
        FutureIncomingResponse future = ((Result.Ok<FutureIncomingResponse, HttpErrorCode>) handled).value();
        future.subscribe().block();
        var got = future.get().orElseThrow();
        assertThat(future.get()).contains(Result.err(null));
        return ((Result.Ok<Result<IncomingResponse, HttpErrorCode>, Void>) got).value();
    }

    private String text(IncomingResponse response) {
        IncomingBody body = ((Result.Ok<IncomingBody, Void>) response.consume()).value();
        WasiInputStream in = ((Result.Ok<WasiInputStream, Void>) body.stream()).value();
        StringBuilder text = new StringBuilder();
        while (in.blockingRead(100) instanceof Result.Ok<MemorySegment, StreamError>(MemorySegment bytes)) {
            text.append(StandardCharsets.UTF_8.decode(bytes.asByteBuffer()));
        }
        in.drop();
        body.drop();
        response.drop();
        return text.toString();
    }

    private static HttpErrorCode error(Result<IncomingResponse, HttpErrorCode> result) {
        assertThat(result).isInstanceOf(Result.Err.class);
        return ((Result.Err<IncomingResponse, HttpErrorCode>) result).error();
    }

    @Test
    void connectsToTheAddressThatWasCheckedAndSaysTheName() {
        OutgoingHandler handler = handler(_ -> List.of(HERE), AddressKind.LOOPBACK);
        for (int i = 0; i < 3; i++) {
            // The limit is one at a time: each gives its place back.
            var response = send(handler, "a.example:" + port);
            assertThat(text(((Result.Ok<IncomingResponse, HttpErrorCode>) response).value()))
                    .isEqualTo("GET a.example:" + port + " /a?b=c");
        }
    }

    @Test
    void aBodyThatEndedBeforeItIsSentIsSent() {
        RequestHead head =
                new RequestHead("POST", Optional.of("http"), Optional.of("a.example"), Optional.of("/"), List.of());
        for (int round = 0; round < 100; round++) {
            List<CompletableFuture<OutgoingHttp.Response>> sent = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SentBody body = new SentBody(io.signal(), OptionalLong.empty(), true);
                body.finish(List.of());
                sent.add(http.send(new OutgoingHttp.Request(
                        head, "http", "a.example", port, List.of(HERE), HERE::equals, body.body(), Timeouts.DEFAULT)));
            }
            for (CompletableFuture<OutgoingHttp.Response> one : sent) {
                assertThat(one).succeedsWithin(Duration.ofSeconds(20));
                one.join().body().chunks().subscribe(new Collected(Long.MAX_VALUE));
            }
        }
        assertThat(requests).hasValue(800);
    }

    @Test
    void whatTheListDoesNotHaveIsRefusedWithoutALookup() {
        AtomicInteger lookups = new AtomicInteger();
        OutgoingHandler handler = handler(
                _ -> {
                    lookups.incrementAndGet();
                    return List.of(HERE);
                },
                AddressKind.LOOPBACK);
        assertThat(error(send(handler, "127.0.0.1:" + port))).isEqualTo(new HttpErrorCode.HttpRequestDenied());
        assertThat(error(send(handler, "b.test:" + port))).isEqualTo(new HttpErrorCode.HttpRequestDenied());
        assertThat(error(send(handler, "a.example:x"))).isEqualTo(new HttpErrorCode.HttpRequestUriInvalid());
        assertThat(lookups).hasValue(0);
        assertThat(requests).hasValue(0);
    }

    @Test
    void aNameThatLeadsInsideIsRefused() {
        assertThat(error(send(handler(_ -> List.of(HERE, ELSEWHERE)), "a.example:" + port)))
                .isEqualTo(new HttpErrorCode.DestinationIpProhibited());
        assertThat(requests).hasValue(0);
    }

    @Test
    void aNameThatLeadsElsewhereTheNextTimeIsLookedUpOnce() {
        AtomicInteger lookups = new AtomicInteger();
        // Good when it is checked, and another address for whoever asks again.
        NameResolver rebinding = _ -> List.of(lookups.getAndIncrement() == 0 ? HERE : ELSEWHERE);
        var response = send(handler(rebinding, AddressKind.LOOPBACK), "a.example:" + port);
        assertThat(response).isInstanceOf(Result.Ok.class);
        assertThat(lookups).hasValue(1);
        assertThat(requests).hasValue(1);
    }

    @Test
    void failuresHaveTheirCodes() throws IOException {
        NameResolver unknown = name -> {
            throw new UnknownHostException(name);
        };
        assertThat(error(send(handler(unknown), "a.example"))).isInstanceOf(HttpErrorCode.DnsError.class);
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
            closed = socket.getLocalPort();
        }
        OutgoingHandler here = handler(_ -> List.of(HERE), AddressKind.LOOPBACK);
        assertThat(error(send(here, "a.example:" + closed))).isEqualTo(new HttpErrorCode.ConnectionRefused());
    }

    @Test
    void aServerThatSaysNothingTimesOutAndTheLimitIsNamed() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, HERE)) {
            OutgoingHandler handler = handler(
                    OutboundPolicy.of(List.of("http://127.0.0.1:*")),
                    NameResolver.SYSTEM,
                    new Timeouts(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(1)));
            String authority = "127.0.0.1:" + silent.getLocalPort();
            var first = handler.handle(request(authority), Optional.empty());
            assertThat(first).isInstanceOf(Result.Ok.class);
            assertThat(error(send(handler, authority))).isEqualTo(new HttpErrorCode.ConnectionLimitReached());
            assertThat(refused).containsExactly(GuestLimit.OUTBOUND_REQUESTS);
            FutureIncomingResponse future = ((Result.Ok<FutureIncomingResponse, HttpErrorCode>) first).value();
            future.subscribe().block();
            assertThat(future.get()).contains(Result.ok(Result.err(new HttpErrorCode.HttpResponseTimeout())));
            assertThat(error(send(handler, authority))).isEqualTo(new HttpErrorCode.HttpResponseTimeout());
        }
    }
}
