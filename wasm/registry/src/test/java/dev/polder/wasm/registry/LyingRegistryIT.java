package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Registries that lie, stall, loop and break: a Problem, in time, and nothing left behind. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LyingRegistryIT {

    private static final byte[] WASM = Samples.module(50_000, 1);
    private static final String EMPTY_CONFIG = MediaTypes.IMAGE_CONFIG;
    private static final RegistryOptions.Retry QUICK =
            new RegistryOptions.Retry(3, Duration.ofMillis(5), Duration.ofMillis(50));

    @TempDir
    Path folder;

    private final LyingRegistry server = server();
    private final List<TransferEvent> events = new CopyOnWriteArrayList<>();
    private Store store;
    private Registry registry;
    private Set<Path> temporary;

    private static LyingRegistry server() {
        try {
            return new LyingRegistry();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void open() throws Exception {
        store = Store.open(folder.resolve("store"));
        temporary = temporaryFiles();
        with(RegistryOptions.DEFAULT.withTimes(Duration.ofMillis(300), Duration.ofSeconds(5), QUICK));
    }

    private void with(RegistryOptions options) {
        if (registry != null) {
            registry.close();
        }
        registry = Registry.open(options, store.blobs());
    }

    @AfterEach
    void close() {
        registry.close();
        store.close();
        server.close();
    }

    private static Set<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("bundle-"))
                    .collect(Collectors.toSet());
        }
    }

    private void assertNothingKept() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store/blobs"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
        assertThat(temporaryFiles()).isEqualTo(temporary);
    }

    private Problem refused(PullOptions options) throws IOException {
        AtomicReference<Problem> found = new AtomicReference<>();
        assertThatThrownBy(() -> registry.pull(server.reference(), options))
                .isInstanceOfSatisfying(Problem.class, found::set);
        assertNothingKept();
        return found.get();
    }

    private Problem refused() throws IOException {
        return refused(PullOptions.DEFAULT);
    }

    private void component(LyingRegistry.Handler handler) {
        server.manifest(
                server.blob(EMPTY_CONFIG, "{}".getBytes(StandardCharsets.UTF_8)),
                server.blob(MediaTypes.WASM, WASM, handler));
    }

    private static long count(List<LyingRegistry.Asked> asked, String part) {
        return asked.stream().filter(one -> one.what().contains(part)).count();
    }

    private PulledApp.Component pulled() {
        return (PulledApp.Component) registry.pull(server.reference(), PullOptions.DEFAULT.withListener(events::add));
    }

    // ---- bytes that are not what was promised -------------------------------------------------------------------

    @Test
    void otherBytesOfTheSameLength() throws Exception {
        byte[] other = Samples.module(50_000, 2);
        component(exchange -> LyingRegistry.answer(exchange, 200, other));
        Problem problem = refused();
        assertThat(problem.code()).isEqualTo(Problem.Code.BAD_UPSTREAM);
        assertThat(problem)
                .hasMessageContaining(Digest.of(other).toString())
                .hasMessageContaining("expected: " + WASM.length);
    }

    @Test
    void moreBytesThanPromised() throws Exception {
        byte[] longer = Arrays.copyOf(WASM, WASM.length + 1);
        component(exchange -> LyingRegistry.answer(exchange, 200, longer));
        assertThat(refused()).hasMessageContaining("Content-Length " + longer.length);
        component(exchange -> {
            exchange.sendResponseHeaders(200, 0); // in chunks, so no length tells
            exchange.getResponseBody().write(longer);
        });
        assertThat(refused()).hasMessageContaining("more than " + WASM.length + " bytes");
        component(LyingRegistry::endless);
        assertThat(refused()).hasMessageContaining("more than " + WASM.length + " bytes");
    }

    @Test
    void fewerBytesThanPromised() throws Exception {
        component(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(WASM, 0, 100);
        });
        Problem problem = refused();
        assertThat(problem.retryable()).isTrue();
        assertThat(problem).hasMessageContaining("ended after");
    }

    @Test
    void aCompressedBodyNobodyAskedFor() throws Exception {
        component(exchange -> LyingRegistry.answer(exchange, 200, WASM, "Content-Encoding", "gzip"));
        assertThat(refused()).hasMessageContaining("Content-Encoding gzip");
    }

    @Test
    void aManifestOfAnotherDigest() throws Exception {
        byte[] manifest = server.manifest(server.blob(EMPTY_CONFIG, new byte[2]), server.blob(MediaTypes.WASM, WASM));
        server.at(
                "/v2/app/manifests/1",
                exchange -> LyingRegistry.answer(
                        exchange,
                        200,
                        manifest,
                        "Docker-Content-Digest",
                        Digest.of(WASM).toString()));
        assertThat(refused()).hasMessageContaining("as the registry's own header says");

        Reference pinned = server.reference().pinned(Digest.of(WASM));
        server.at("/v2/app/manifests/" + Digest.of(WASM), exchange -> LyingRegistry.answer(exchange, 200, manifest));
        assertThatThrownBy(() -> registry.pull(pinned, PullOptions.DEFAULT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("as it was asked for");
        assertNothingKept();
    }

    @Test
    void aConfigOfOtherLayers() throws Exception {
        byte[] config = ("{\"architecture\":\"wasm\",\"os\":\"wasip1\",\"layerDigests\":[\"" + Digest.of(new byte[1])
                        + "\"]}")
                .getBytes(StandardCharsets.UTF_8);
        server.manifest(server.blob(MediaTypes.WASM_CONFIG, config), server.blob(MediaTypes.WASM, WASM));
        assertThat(refused()).hasMessageContaining("layerDigests without");
    }

    // ---- too much ------------------------------------------------------------------------------------------------

    @Test
    void manifestsWithoutEnd() throws Exception {
        server.at("/v2/app/manifests/1", LyingRegistry::endless);
        assertThat(refused().code()).isEqualTo(Problem.Code.TOO_LARGE);
    }

    @Test
    void layersBeyondTheLimitsAreNotAskedFor() throws Exception {
        component(exchange -> LyingRegistry.answer(exchange, 200, WASM));
        PullLimits limits = PullLimits.DEFAULT;
        PullLimits blob =
                new PullLimits(limits.manifestBytes(), limits.configBytes(), 1000, limits.totalBytes(), 500, 1, 1);
        assertThat(refused(PullOptions.DEFAULT.withLimits(blob))).hasMessageContaining("a layer of " + WASM.length);
        PullLimits total = new PullLimits(
                limits.manifestBytes(), limits.configBytes(), limits.blobBytes(), WASM.length, 500, 1, 1);
        assertThat(refused(PullOptions.DEFAULT.withLimits(total)))
                .hasMessageContaining((WASM.length + 2) + " bytes in all");
        String layer = "{\"mediaType\":\"x\",\"digest\":\"" + Digest.of(WASM) + "\",\"size\":" + Long.MAX_VALUE + "}";
        server.manifest(layer, layer, layer, layer);
        assertThat(refused().code()).isEqualTo(Problem.Code.TOO_LARGE);
        assertThat(count(server.asked, "/blobs/")).isZero();
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    @Test
    void aServerThatFallsSilentOrDrips() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        component(exchange -> {
            exchange.sendResponseHeaders(200, WASM.length);
            exchange.getResponseBody().write(WASM, 0, 10);
            exchange.getResponseBody().flush();
            await(end);
        });
        assertThat(refused()).hasMessageContaining("no bytes for 300 ms");
        with(RegistryOptions.DEFAULT.withTimes(Duration.ofSeconds(2), Duration.ofMillis(700), QUICK));
        component(exchange -> {
            exchange.sendResponseHeaders(200, WASM.length);
            for (int i = 0; i < WASM.length; i++) {
                exchange.getResponseBody().write(WASM, i, 1);
                exchange.getResponseBody().flush();
                await(end, 20);
            }
        });
        Problem problem = refused();
        assertThat(problem.code()).isEqualTo(Problem.Code.DEADLINE);
        assertThat(problem).hasMessageContaining("within 0.7 s");
        server.at("/v2/app/manifests/1", exchange -> await(end));
        assertThat(refused().code()).isEqualTo(Problem.Code.DEADLINE);
        end.countDown();
    }

    private static void await(CountDownLatch end) {
        await(end, 10_000);
    }

    private static void await(CountDownLatch end, int milliseconds) {
        try {
            end.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anInterruptEndsThePull() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        with(RegistryOptions.DEFAULT);
        component(exchange -> {
            exchange.sendResponseHeaders(200, WASM.length);
            exchange.getResponseBody().write(WASM, 0, 10);
            exchange.getResponseBody().flush();
            asked.countDown();
            await(end);
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread puller = Thread.ofVirtual().start(() -> {
            try {
                registry.pull(server.reference(), PullOptions.DEFAULT);
            } catch (Problem e) {
                failure.set(e);
            }
        });
        asked.await();
        puller.interrupt();
        assertThat(puller.join(Duration.ofSeconds(5))).isTrue();
        end.countDown();
        assertThat(failure.get())
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.CANCELLED));
        assertNothingKept();
    }

    // ---- addresses -----------------------------------------------------------------------------------------------

    @Test
    void redirectsWithoutEnd() throws Exception {
        component(exchange -> LyingRegistry.answer(
                exchange, 307, new byte[0], "Location", exchange.getRequestURI().toString()));
        assertThat(refused()).hasMessageContaining("more than 5 redirects");
        assertThat(count(server.asked, Digest.of(WASM).toString())).isEqualTo(6);
    }

    @Test
    void redirectsToWhereNoPullMayGo() throws Exception {
        for (String location : List.of(
                "http://elsewhere.example/blob",
                "ftp://elsewhere.example/blob",
                "file:///etc/passwd",
                "https://user:pass@elsewhere.example/blob",
                "https://",
                "https://else where/")) {
            component(exchange -> LyingRegistry.answer(exchange, 302, new byte[0], "Location", location));
            assertThat(refused().code()).as(location).isEqualTo(Problem.Code.BAD_UPSTREAM);
        }
    }

    @Test
    void credentialsStayWithTheRegistry() throws Exception {
        with(RegistryOptions.DEFAULT.withCredentials(CredentialSource.of(
                server.host(), new Credentials.Basic("user", "s3cret"), CredentialSource.anonymous())));
        try (LyingRegistry other = new LyingRegistry()) {
            other.at("/elsewhere", exchange -> LyingRegistry.answer(exchange, 200, WASM));
            component(exchange -> {
                boolean known = exchange.getRequestHeaders().containsKey("Authorization");
                LyingRegistry.answer(
                        exchange,
                        known ? 307 : 401,
                        new byte[0],
                        "Location",
                        other.url("/elsewhere?signature=x"),
                        "WWW-Authenticate",
                        "Basic realm=\"test\"");
            });
            assertThat(pulled().wasmBytes()).isEqualTo(WASM.length);
            assertThat(server.asked)
                    .extracting(LyingRegistry.Asked::authorization)
                    .contains("Basic dXNlcjpzM2NyZXQ=");
            assertThat(other.asked)
                    .hasSize(1)
                    .extracting(LyingRegistry.Asked::authorization)
                    .containsOnlyNulls();
        }
    }

    @Test
    void aForeignHostsChallengeGetsNoCredentials() throws Exception {
        with(RegistryOptions.DEFAULT.withCredentials(registry -> new Credentials.Basic("user", "s3cret")));
        try (LyingRegistry other = new LyingRegistry()) {
            other.at(
                    "/elsewhere",
                    exchange -> LyingRegistry.answer(
                            exchange, 401, new byte[0], "WWW-Authenticate", "Basic realm=\"phish\""));
            component(
                    exchange -> LyingRegistry.answer(exchange, 307, new byte[0], "Location", other.url("/elsewhere")));
            assertThat(refused().code()).isEqualTo(Problem.Code.UNAUTHENTICATED);
            assertThat(other.asked)
                    .extracting(LyingRegistry.Asked::authorization)
                    .containsOnlyNulls();
        }
    }

    // ---- trying again --------------------------------------------------------------------------------------------

    @Test
    void busyRegistriesAreAskedAgain() throws Exception {
        AtomicInteger times = new AtomicInteger();
        component(exchange -> {
            switch (times.incrementAndGet()) {
                case 1 -> LyingRegistry.answer(exchange, 429, new byte[0], "Retry-After", "0");
                case 2 -> LyingRegistry.answer(exchange, 503, "<html>".getBytes(StandardCharsets.UTF_8));
                default -> LyingRegistry.answer(exchange, 200, WASM);
            }
        });
        assertThat(pulled().wasm()).isEqualTo(Digest.of(WASM));
        assertThat(times).hasValue(3);
    }

    @Test
    void aLongWaitIsForTheCallerToDecide() throws Exception {
        component(exchange -> LyingRegistry.answer(
                exchange,
                429,
                "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"slow\\u001b[31m down\"}]}"
                        .getBytes(StandardCharsets.UTF_8),
                "Retry-After",
                "3600"));
        Problem problem = refused();
        assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE);
        assertThat(problem.retryable()).isTrue();
        assertThat(problem).hasMessageContaining("TOOMANYREQUESTS: slow?[31m down");
        assertThat(count(server.asked, Digest.of(WASM).toString())).isEqualTo(1);
    }

    @Test
    void aBrokenDownloadGoesOnWhereItBroke() throws Exception {
        component(exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (range == null) {
                LyingRegistry.broken(exchange, Arrays.copyOf(WASM, 20_000), WASM.length);
            }
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            byte[] rest = Arrays.copyOfRange(WASM, from, WASM.length);
            LyingRegistry.answer(
                    exchange,
                    206,
                    rest,
                    "Content-Range",
                    "bytes " + from + "-" + (WASM.length - 1) + "/" + WASM.length);
        });
        PulledApp.Component app = pulled();
        assertThat(store.blobs().read(app.wasm())).isEqualTo(WASM);
        assertThat(events).anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo(TransferEvent.Kind.RESUMED);
            assertThat(event.bytes()).isPositive();
        });
    }

    @Test
    void withoutRangesItStartsAgainAndALyingRangeIsRefused() throws Exception {
        AtomicInteger times = new AtomicInteger();
        component(exchange -> {
            if (times.incrementAndGet() == 1) {
                LyingRegistry.broken(exchange, Arrays.copyOf(WASM, 20_000), WASM.length);
            }
            LyingRegistry.answer(exchange, 206, WASM, "Content-Range", "bytes 0-9/10");
        });
        assertThat(refused()).hasMessageContaining("a range \"bytes 0-9/10\"");
        times.set(0);
        component(exchange -> {
            if (times.incrementAndGet() == 1) {
                LyingRegistry.broken(exchange, Arrays.copyOf(WASM, 20_000), WASM.length);
            }
            LyingRegistry.answer(exchange, 200, WASM);
        });
        assertThat(store.blobs().read(pulled().wasm())).isEqualTo(WASM);
        assertThat(times).hasValue(2);
    }

    @Test
    void whatIsNoArtifactOfOursIsNamed() throws Exception {
        server.manifest(server.blob(EMPTY_CONFIG, new byte[2]), server.blob("application/x-tar", WASM));
        assertThat(refused()).hasMessageContaining("application/x-tar").hasMessageContaining("expected: one layer");
        server.at(
                "/v2/app/manifests/1",
                exchange -> LyingRegistry.answer(
                        exchange,
                        200,
                        "<html>sign in</html>".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "text/html"));
        assertThat(refused()).hasMessageContaining("not JSON");
    }

    private void newestIsRefused(String body, String link, Problem.Code code, String said) {
        String path = "/v2/demo/greeter/tags/list";
        server.at(
                path,
                exchange -> LyingRegistry.answer(
                        exchange, 200, body.getBytes(StandardCharsets.UTF_8), "Link", "<" + link + ">; rel=\"next\""));
        assertThatThrownBy(() -> registry.newest(server.host(), "demo:greeter", VersionRange.parse("*")))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }

    @Test
    void listsOfTagsEndAndStayWithTheirRegistry() {
        String tags = "{\"tags\": [\"1.0.0\"]}";
        newestIsRefused(tags, "?last=x", Problem.Code.BAD_UPSTREAM, "more than 100 pages of tags");
        newestIsRefused(tags, "https://elsewhere.example/", Problem.Code.BAD_UPSTREAM, "a page of the same registry");
        newestIsRefused(tags, "file:///etc/passwd", Problem.Code.BAD_UPSTREAM, "an http or https address");
        newestIsRefused("{\"tags\": [1]}", "", Problem.Code.BAD_UPSTREAM, "tags[0]");
        newestIsRefused("x", "", Problem.Code.BAD_UPSTREAM, "not JSON");
        server.at("/v2/demo/greeter/tags/list", LyingRegistry::endless);
        assertThatThrownBy(() -> registry.newest(server.host(), "demo:greeter", VersionRange.parse("*")))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.TOO_LARGE));
    }

    @Test
    void packagesAreWhereTheHostSays() {
        server.at(
                "/.well-known/wasm-pkg/registry.json",
                exchange -> LyingRegistry.answer(
                        exchange, 200, """
                {"preferredProtocol": "oci", "oci": {"registry": "%s", "namespacePrefix": "team/"}}
                """.formatted(server.host()).getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> registry.pullPackage(server.host(), "demo:greeter", "1.0.0", PullOptions.DEFAULT))
                .hasMessageContaining("/v2/team/demo/greeter/manifests/1.0.0");

        server.at(
                "/.well-known/wasm-pkg/registry.json",
                exchange -> LyingRegistry.answer(exchange, 200, """
                {"preferredProtocol": "warg"}
                """.getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> registry.pullPackage(server.host(), "demo:greeter", "1.0.0", PullOptions.DEFAULT))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                .hasMessageContaining("(expected: \"oci\")");

        server.at(
                "/.well-known/wasm-pkg/registry.json",
                exchange -> LyingRegistry.answer(exchange, 200, new byte[70_000]));
        assertThatThrownBy(() -> registry.pullPackage(server.host(), "demo:greeter", "1.0.0", PullOptions.DEFAULT))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.TOO_LARGE));
    }
}
