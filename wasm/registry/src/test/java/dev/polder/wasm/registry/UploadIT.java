package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads to a registry that breaks them off, takes half, or points elsewhere. */
class UploadIT {

    private static final byte[] WASM = Samples.module(50_000, 1);
    private static final String SESSION = "/v2/app/blobs/uploads/session";
    private static final PushOptions PIECES = PushOptions.DEFAULT.withChunkBytes(10_000);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final AtomicInteger patches = new AtomicInteger();
    private final List<TransferEvent> events = new CopyOnWriteArrayList<>();
    private LyingRegistry server;
    private Store store;
    private Registry registry;
    private AppSource source;

    @BeforeEach
    void open() throws Exception {
        server = new LyingRegistry();
        store = Store.open(folder.resolve("store"));
        registry = Registry.open(
                RegistryOptions.DEFAULT.withTimes(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        new RegistryOptions.Retry(3, Duration.ofMillis(5), Duration.ofMillis(50))),
                store.blobs());
        source = AppSource.component(Files.write(folder.resolve("a.wasm"), WASM));
        server.at(
                "/v2/app/blobs/uploads/",
                exchange -> LyingRegistry.answer(exchange, 202, new byte[0], "Location", SESSION + "?state=1"));
        server.at("/v2/app/manifests/1", exchange -> LyingRegistry.answer(exchange, 201, new byte[0]));
    }

    @AfterEach
    void close() {
        registry.close();
        store.close();
        server.close();
    }

    /** How a PATCH is answered: with a status, after so many of its bytes were taken. */
    private record Take(int status, int bytes) {}

    private void session(Function<Integer, Take> answers) {
        server.at(SESSION, exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (exchange.getRequestMethod()) {
                case "PATCH" -> {
                    Take take = answers.apply(patches.incrementAndGet());
                    received.write(body, 0, Math.min(take.bytes(), body.length));
                    LyingRegistry.answer(
                            exchange,
                            take.status(),
                            new byte[0],
                            "Location",
                            SESSION + "?state=2",
                            "Range",
                            "0-" + (received.size() - 1));
                }
                case "GET" ->
                    LyingRegistry.answer(
                            exchange,
                            204,
                            new byte[0],
                            "Location",
                            SESSION + "?state=3",
                            "Range",
                            "0-" + Math.max(0, received.size() - 1));
                default -> LyingRegistry.answer(exchange, 201, new byte[0]);
            }
        });
    }

    private PushedApp push() {
        return registry.push(source, server.reference(), PIECES.withListener(events::add));
    }

    @Test
    void aPieceThatFailedIsSentAgainFromWhereItBroke() {
        session(n -> n == 2 ? new Take(500, 3_000) : new Take(202, 10_000));
        push();
        assertThat(received.toByteArray()).isEqualTo(WASM);
        assertThat(events).anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo(TransferEvent.Kind.RESUMED);
            assertThat(event.bytes()).isEqualTo(13_000);
        });
        assertThat(server.asked.stream().filter(one -> one.what().startsWith("PUT " + SESSION)))
                .extracting(LyingRegistry.Asked::query)
                .contains("state=2&digest=" + Digest.of(WASM));
    }

    @Test
    void aRegistryMayTakeLessThanAPiece() {
        session(n -> new Take(202, n % 2 == 0 ? 4_000 : 10_000));
        push();
        assertThat(received.toByteArray()).isEqualTo(WASM);
    }

    @Test
    void aRegistryThatTakesNothingEndsThePush() {
        session(n -> new Take(416, 0));
        assertThatThrownBy(this::push).isInstanceOf(Problem.class).hasMessageContaining("416");
        session(n -> new Take(503, 0));
        assertThatThrownBy(this::push)
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.retryable()).isTrue());
        assertThat(server.asked).noneMatch(one -> one.what().startsWith("PUT /v2/app/manifests"));
    }

    @Test
    void aLyingSession() {
        session(n -> {
            received.writeBytes(new byte[1_000_000]);
            return new Take(202, 0);
        });
        assertThatThrownBy(this::push).isInstanceOf(Problem.class).hasMessageContaining("Range");
        for (String location : List.of("http://elsewhere.example/upload", "file:///tmp/x", "")) {
            server.at(
                    "/v2/app/blobs/uploads/",
                    exchange -> LyingRegistry.answer(exchange, 202, new byte[0], "Location", location));
            assertThatThrownBy(this::push).as(location).isInstanceOf(Problem.class);
        }
        server.at("/v2/app/blobs/uploads/", exchange -> LyingRegistry.answer(exchange, 202, new byte[0]));
        assertThatThrownBy(this::push).isInstanceOf(Problem.class).hasMessageContaining("without Location");
    }

    @Test
    void aManifestThatIsStoredAsAnother() {
        session(n -> new Take(202, 10_000));
        server.at(
                "/v2/app/manifests/1",
                exchange -> LyingRegistry.answer(
                        exchange,
                        201,
                        new byte[0],
                        "Docker-Content-Digest",
                        Digest.of(WASM).toString()));
        assertThatThrownBy(this::push).isInstanceOf(Problem.class).hasMessageContaining("stored as");
        received.reset();
        server.at(
                "/v2/app/manifests/1",
                exchange -> LyingRegistry.answer(
                        exchange,
                        400,
                        "{\"errors\":[{\"code\":\"MANIFEST_INVALID\",\"message\":\"no\"}]}"
                                .getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(this::push).isInstanceOf(Problem.class).hasMessageContaining("MANIFEST_INVALID: no");
    }
}
