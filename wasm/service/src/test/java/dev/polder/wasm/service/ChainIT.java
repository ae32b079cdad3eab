package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Components of one app that call each other, built by the real compiler. */
class ChainIT {

    private static final String MANIFEST = """
            spin_manifest_version = 2
            application = { name = "chain" }
            [[trigger.http]]
            route = "/a/..."
            component = "a"
            [[trigger.http]]
            route = { private = true }
            component = "b"
            [[trigger.http]]
            route = "/c/..."
            component = "c"
            [component.a]
            source = "target/wasm32-wasip2/release/service.wasm"
            environment = { NAME = "a" }
            allowed_outbound_hosts = ["http://b.spin.internal", "http://gone.spin.internal", "http://self"]
            [component.a.build]
            command = "cargo build --release --target wasm32-wasip2"
            [component.b]
            source = "target/wasm32-wasip2/release/service.wasm"
            environment = { NAME = "b" }
            [component.c]
            source = "target/wasm32-wasip2/release/service.wasm"
            environment = { NAME = "c" }
            allowed_outbound_hosts = ["https://*.example.com"]
            """;

    @TempDir
    static Path folder;

    private static Harness harness;

    @BeforeAll
    static void deploy() throws IOException {
        Builds.assume(Language.RUST);
        Path source = Files.createDirectories(folder.resolve("source/src")).getParent();
        for (Map.Entry<String, String> file : Map.of(
                        "Cargo.toml.txt", "Cargo.toml", "Cargo.lock.txt", "Cargo.lock", "lib.rs", "src/lib.rs")
                .entrySet()) {
            try (InputStream in = ChainIT.class.getResourceAsStream("chain/" + file.getKey())) {
                Files.copy(in, source.resolve(file.getValue()));
            }
        }
        Files.writeString(source.resolve("spin.toml"), MANIFEST);
        List<String> lines = new ArrayList<>();
        BuiltApp built = Builds.BUILDER.build(BuildRequest.of(source, lines::add));
        harness = new Harness(EngineChoice.WASMTIME, folder.resolve("polder"));
        harness.apps.deploy(Harness.workload("chain"), built, Harness.info("0123456789"));
    }

    @AfterAll
    static void close() {
        if (harness != null) {
            harness.close();
        }
    }

    private static HttpResponseData get(String target) {
        return send("GET", target, new byte[0]);
    }

    private static HttpResponseData send(String method, String target, byte[] body) {
        return harness.send(
                "chain",
                new HttpRequestData(
                        method, "http", "shop.example:80", target, "HTTP/1.1", List.of(), body, "192.0.2.7", 1));
    }

    private static void answers(String target, int status, String text) {
        HttpResponseData response = get(target);
        assertThat(Harness.text(response)).isEqualTo(text);
        assertThat(response.status()).isEqualTo(status);
    }

    @Test
    void aPrivateComponentIsReachedByItsNameOnly() {
        answers("/a/call?b.spin.internal/who", 200, "b http://b.spin.internal/who");
        answers("/a/call?B.Spin.Internal:80/who", 200, "b http://B.Spin.Internal/who");
        assertThat(catchThrowable(() -> get("/b/who"))).hasMessageContaining("no route for \"/b/who\"");
    }

    @Test
    void theAppItselfIsReachedByItsRoutes() {
        answers("/a/call?self.alt/c/who", 200, "c http://shop.example:80/c/who");
        answers("/a/call?-/c/who", 200, "c http://shop.example:80/c/who");
        assertThat(get("/a/call?self.alt/nowhere").status()).isEqualTo(404);
    }

    @Test
    void whatWasNotGrantedIsRefused() {
        answers("/c/call?b.spin.internal/who", 502, "failed: ErrorCode::HttpRequestDenied");
        answers("/c/call?self.alt/a/who", 502, "failed: ErrorCode::HttpRequestDenied");
        answers("/c/call?-/a/who", 502, "failed: ErrorCode::HttpRequestDenied");
        answers("/a/call?c.spin.internal/who", 502, "failed: ErrorCode::HttpRequestDenied");
        answers("/a/call?b.spin.internal:81/who", 502, "failed: ErrorCode::HttpRequestDenied");
        answers("/a/call?gone.spin.internal/who", 502, "refused: ErrorCode::DestinationNotFound");
        assertThat(harness.apps.log(Harness.workload("chain")).after(0))
                .extracting(LogLine::text)
                .contains(
                        "http://b.spin.internal is not allowed (expected: a host of allowed_outbound_hosts)",
                        "http://self is not allowed (expected: a host of allowed_outbound_hosts)");
    }

    @Test
    void bodiesStreamThroughBothWays() {
        byte[] body = new byte[2 << 19];
        new Random(3).nextBytes(body);
        assertThat(send("POST", "/a/call?b.spin.internal/echo", body).body()).isEqualTo(body);
    }

    @Test
    void aLoopEnds() {
        answers("/a/loop", 502, "refused: ErrorCode::LoopDetected");
    }

    @Test
    void moreCallersThanThreadsDoNotWaitForEachOther() {
        List<CompletableFuture<HttpResponseData>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(harness.apps
                    .handle(
                            Harness.workload("chain"),
                            HttpRequestData.get("shop.example", "/a/call?self.alt/a/call?b.spin.internal/who"))
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS));
        }
        assertThat(calls)
                .allSatisfy(call -> assertThat(Harness.text(call.join())).isEqualTo("b http://b.spin.internal/who"));
    }

    @Test
    void clientsThatSendNothingHoldNobodyUp() {
        List<SubmissionPublisher<ByteBuffer>> slow = new ArrayList<>();
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            slow.add(body);
            answers.add(answer.orTimeout(30, TimeUnit.SECONDS));
            var _ = harness.apps.handle(
                    Harness.workload("chain"),
                    HttpRequestData.get("shop.example", "/c/echo"),
                    new HttpBody(body, CompletableFuture.completedFuture(List.of()), OptionalLong.empty()),
                    new AppResponder() {
                        @Override
                        public void respond(int status, List<HttpHeader> headers, HttpBody got) {
                            var _ = GatheredBody.of("the answer", got, 1_024, GuestLimit.OUTPUT)
                                    .whenComplete((bytes, failure) -> {
                                        if (failure == null) {
                                            answer.complete(bytes);
                                        } else {
                                            answer.completeExceptionally(failure);
                                        }
                                    });
                        }

                        @Override
                        public void fail(Problem problem) {
                            answer.completeExceptionally(problem);
                        }
                    });
        }
        Awaitility.await().untilAsserted(() -> assertThat(slow).allMatch(SubmissionPublisher::hasSubscribers));

        answers("/c/who", 200, "c http://shop.example:80/c/who");
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        for (SubmissionPublisher<ByteBuffer> body : slow) {
            body.submit(ByteBuffer.wrap(new byte[] {'l', 'a', 't', 'e'}));
            body.close();
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join()).asString().isEqualTo("late"));
    }
}
