package dev.polder.wasm.wasi.p2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.http.Chunks;
import dev.polder.wasm.wasi.p2.http.Collected;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpField;
import dev.polder.wasm.wasi.p2.http.IncomingHandler;
import dev.polder.wasm.wasi.p2.http.JdkOutgoingHttp;
import dev.polder.wasm.wasi.p2.http.RequestHead;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service of Rust that serves wasi:http, on both engines, streaming both ways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServicesIT {

    private static final int MIB_10 = 10 << 20;

    private final GuestExecutor executor = new GuestExecutor(2, 4);
    private RustGuests guests;

    @BeforeAll
    void build(@TempDir Path work) throws Exception {
        guests = new RustGuests(work);
    }

    @AfterAll
    void close() {
        executor.close();
        if (guests != null) {
            guests.close();
        }
    }

    /** Calls the service in a fresh instance; the future is done when the guest is. */
    private CompletableFuture<Void> call(
            EngineChoice engine, String path, HttpBody body, Collected sink, UnaryOperator<WasiP2Config> network) {
        RequestHead head = new RequestHead(
                "POST", Optional.of("http"), Optional.of("guest.example"), Optional.of(path), List.of());
        return executor.submit(() -> {
            WasiP2Config config =
                    network.apply(WasiP2Config.of(WasiConfig.builder("service").build()));
            try (WasiP2Services services = new WasiP2Services(config);
                    ComponentInstance instance =
                            guests.services.get(engine).instantiate(InstanceLimits.DEFAULT, services)) {
                services.exchange(head, body, sink).handle(instance.bind(IncomingHandler.class));
            }
            return null;
        });
    }

    private String text(EngineChoice engine, String path, HttpBody body, UnaryOperator<WasiP2Config> network)
            throws Exception {
        Collected sink = new Collected(Long.MAX_VALUE);
        call(engine, path, body, sink, network).get();
        return sink.status.get() + " " + new String(sink.bytes.get(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void answers(EngineChoice engine) throws Exception {
        Collected sink = new Collected(Long.MAX_VALUE);
        call(engine, "/hello", HttpBody.empty(), sink, c -> c).get();
        assertThat(sink.status.get()).isEqualTo(200);
        assertThat(sink.headers).extracting(HttpField::name).containsExactly("x-guest");
        assertThat(sink.bytes.get()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        assertThat(text(engine, "/other", HttpBody.empty(), c -> c)).isEqualTo("404 no such path");
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void tenMebibytesEachWayWithTrailers(EngineChoice engine) throws Exception {
        List<HttpField> trailers = List.of(new HttpField("checked", new byte[] {'y'}));
        long start = System.nanoTime();
        Collected echo = new Collected(Long.MAX_VALUE);
        call(engine, "/echo", Chunks.body(MIB_10, 32 * 1024, trailers), echo, c -> c)
                .get();
        long both = System.nanoTime();
        assertThat(text(engine, "/sink", Chunks.body(MIB_10, 64 * 1024, List.of()), c -> c))
                .isEqualTo("200 " + MIB_10);
        long in = System.nanoTime();
        assertThat(text(engine, "/large?" + MIB_10, HttpBody.empty(), c -> c)).hasSize(MIB_10 + 4);
        long out = System.nanoTime();
        byte[] expected = new byte[MIB_10];
        Arrays.fill(expected, (byte) 'x');
        assertThat(Arrays.equals(echo.bytes.get(), expected)).isTrue();
        assertThat(echo.body.trailers().get()).extracting(HttpField::name).containsExactly("checked");
        System.out.printf(
                Locale.ROOT,
                "%s: 10 MiB both ways %d ms, in %d ms, out %d ms%n",
                engine,
                (both - start) / 1_000_000,
                (in - both) / 1_000_000,
                (out - in) / 1_000_000);
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aSlowClientHoldsTheGuest(EngineChoice engine) throws Exception {
        Collected slow = new Collected(2);
        CompletableFuture<Void> guest = call(engine, "/large?1000000", HttpBody.empty(), slow, c -> c);
        Awaitility.await().until(() -> slow.size() > 0);
        int before = slow.size();
        assertThat(before).isLessThanOrEqualTo(2 * 64 * 1024);
        assertThat(guest).isNotDone();
        slow.subscription.request(Long.MAX_VALUE);
        guest.get();
        assertThat(slow.bytes.get()).hasSize(1_000_000);
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aClientThatGoesAwayEndsTheGuest(EngineChoice engine) {
        Collected gone = new Collected(1);
        CompletableFuture<Void> guest = call(engine, "/large?100000000", HttpBody.empty(), gone, c -> c);
        Awaitility.await().until(() -> gone.status.isDone() || guest.isDone());
        assertThat(gone.status).isCompleted();
        Awaitility.await().until(() -> gone.subscription != null);
        gone.subscription.cancel();
        // The program unwraps the closed stream.
        assertThatThrownBy(guest::join).hasCauseInstanceOf(Problem.class);
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatTheGuestDoesWrongIsToldToTheServer(EngineChoice engine) {
        Collected nothing = new Collected(1);
        call(engine, "/nothing", HttpBody.empty(), nothing, c -> c).join();
        assertThatThrownBy(nothing.status::join).hasMessageContaining("gave no response");
        Collected panic = new Collected(1);
        assertThatThrownBy(call(engine, "/panic", HttpBody.empty(), panic, c -> c)::join)
                .hasCauseInstanceOf(Problem.class);
        assertThatThrownBy(panic.status::join).hasMessageContaining("gave no response");
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void sendsRequestsWhereItIsAllowed(EngineChoice engine) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/upper", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String text = exchange.getRequestURI().getQuery() + " "
                    + new String(body, StandardCharsets.UTF_8).toUpperCase(Locale.ROOT);
            exchange.sendResponseHeaders(202, 0);
            exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try (JdkOutgoingHttp http = JdkOutgoingHttp.withDefaults()) {
            String authority = "127.0.0.1:" + server.getAddress().getPort();
            HttpBody body = HttpBody.of("hello".getBytes(StandardCharsets.UTF_8));
            OutboundPolicy policy = OutboundPolicy.of(List.of("http://" + authority));
            assertThat(text(
                            engine,
                            "/fetch?" + authority,
                            body,
                            c -> c.withHttp(http).withOutbound(policy)))
                    .isEqualTo("202 x=1 HELLO");
            assertThat(text(engine, "/fetch?" + authority, body, c -> c.withHttp(http)))
                    .startsWith("502 ErrorCode::HttpRequestDenied");
        } finally {
            server.stop(0);
        }
    }
}
