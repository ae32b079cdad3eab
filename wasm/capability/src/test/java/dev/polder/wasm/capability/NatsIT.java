package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real NATS with JetStream: the key-value contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NatsIT extends KeyValueContract {

    @TempDir
    static Path data;

    private TestServer server;
    private KeyValueStores stores;
    private KeyValueBackend backend;
    private int round;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.nats(data, TestServer.freePort());
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private StoreLocation.Nats location(String password, boolean shared) {
        return new StoreLocation.Nats(
                "nats://127.0.0.1:" + server.port(), "ada", password, "b" + round, shared, Authorities.JAVA);
    }

    @BeforeEach
    void open() {
        round++;
        backend = location("s3cret", false).keyValue(new WorkloadRef("default", "shop"), "default", LIMITS);
        stores = KeyValueStores.in(Path.of("unused"), LIMITS, Map.of("default", backend));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Override
    KeyValueStores stores() {
        return stores;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void appsAreApartUnlessTheStoreIsShared() {
        backend.set("default", "k", bytes("of the shop"));
        WorkloadRef blog = new WorkloadRef("default", "blog");
        try (KeyValueBackend other = location("s3cret", false).keyValue(blog, "default", LIMITS);
                KeyValueBackend shared = location("s3cret", true).keyValue(blog, "default", LIMITS);
                KeyValueBackend again =
                        location("s3cret", true).keyValue(new WorkloadRef("default", "shop"), "default", LIMITS)) {
            assertThat(other.get("default", "k")).isEmpty();
            shared.set("default", "s", bytes("of all"));
            assertThat(again.get("default", "s").orElseThrow()).isEqualTo(bytes("of all"));
            assertThat(again.get("default", "k")).isEmpty();
        }
    }

    @Test
    void whatTheServerRefusesIsSaidWithoutThePassword() {
        try (KeyValueBackend wrong = location("wr0ng", true).keyValue(new WorkloadRef("a", "b"), "default", LIMITS)) {
            assertThatThrownBy(() -> wrong.get("default", "k"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("NATS nats://127.0.0.1:" + server.port())
                    .hasMessageNotContaining("wr0ng");
        }
    }

    /** What was set is on the server's disk, and the store finds its way back. */
    @Test
    void comesBackWithItsKeysAfterTheServerWasKilled() throws Exception {
        backend.set("default", "k", bytes("kept"));
        int port = server.port();
        server.kill();
        server = TestServer.nats(data, port);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsMatching(Problem.class::isInstance)
                .untilAsserted(() ->
                        assertThat(backend.get("default", "k").orElseThrow()).isEqualTo(bytes("kept")));
    }
}
