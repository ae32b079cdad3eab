package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static dev.polder.wasm.capability.Results.outbound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.SpinRedis.Failure;
import dev.polder.wasm.capability.SpinRedis.RedisParameter;
import dev.polder.wasm.capability.SpinRedis.RedisResult;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Against a real Redis: the key-value contract, and Spin's Redis interface. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RedisIT extends KeyValueContract {

    private TestServer server;
    private KeyValueStores stores;
    private SpinRedis redis;
    private SpinRedis.Connection connection;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.redis();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private String url(String database) {
        return "redis://:s3cret@127.0.0.1:" + server.port() + database;
    }

    @BeforeEach
    void open() {
        redis = new SpinRedis(outbound("redis://127.0.0.1:" + server.port()));
        connection = ok(redis.open(url("/3")));
        ok(connection.execute("FLUSHALL", List.of()));
        stores = KeyValueStores.in(
                java.nio.file.Path.of("unused"),
                LIMITS,
                Map.of("default", RedisKeyValue.at(url("/3"), LIMITS, OutboundLimits.DEFAULT)));
    }

    @AfterEach
    void close() {
        stores.close();
        redis.close();
    }

    @Override
    KeyValueStores stores() {
        return stores;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyFunction() {
        assertThat(ok(connection.get("none"))).isEmpty();
        ok(connection.set("k", bytes("v\r\n")));
        assertThat(ok(connection.get("k")).orElseThrow()).isEqualTo(bytes("v\r\n"));
        assertThat(ok(connection.incr("n"))).isEqualTo(1);
        assertThat(ok(connection.incr("n"))).isEqualTo(2);
        assertThat(err(connection.incr("k"))).isEqualTo(new Failure.TypeError());
        assertThat(ok(connection.sadd("s", List.of("a", "b", "a")))).isEqualTo(2);
        assertThat(ok(connection.smembers("s"))).containsExactlyInAnyOrder("a", "b");
        assertThat(ok(connection.srem("s", List.of("a", "x")))).isEqualTo(1);
        assertThat(err(connection.get("s"))).isEqualTo(new Failure.TypeError());
        assertThat(ok(connection.del(List.of("k", "n", "none")))).isEqualTo(2);
        assertThat(ok(connection.del(List.of()))).isZero();
        ok(connection.publish("channel", bytes("hello")));
    }

    @Test
    void countsRepliesForTheGuestThatWaitsForThem() {
        ok(connection.set("k", new byte[3 << 20]));
        HostMemory memory = HostMemory.of(8 << 20);
        assertThat(InGuest.call(memory, () -> {
                    assertThat(ok(connection.get("k")).orElseThrow()).hasSize(3 << 20);
                    assertThat(memory.taken()).isGreaterThanOrEqualTo(3 << 20);
                    assertThat(ok(connection.get("k"))).isPresent();
                    assertThat(err(connection.get("k"))).asString().contains("memory of the host");
                }))
                .containsExactly(GuestLimit.HOST_MEMORY);
        assertThat(memory.taken()).isZero();
    }

    @Test
    void executeFlattens() {
        ok(connection.execute("SET", List.of(new RedisParameter.Binary(bytes("a")), new RedisParameter.Int64(-7))));

        assertThat(ok(connection.execute("GET", List.of(new RedisParameter.Binary(bytes("a"))))))
                .singleElement()
                .isInstanceOfSatisfying(
                        RedisResult.Binary.class,
                        binary -> assertThat(binary.value()).isEqualTo(bytes("-7")));
        List<RedisResult> results = ok(connection.execute(
                "EVAL",
                List.of(
                        new RedisParameter.Binary(bytes("return {1, {2, 'x'}, false, redis.status_reply('FINE')}")),
                        new RedisParameter.Int64(0))));
        assertThat(results).hasSize(5);
        assertThat(results.get(0)).isEqualTo(new RedisResult.Int64(1));
        assertThat(results.get(1)).isEqualTo(new RedisResult.Int64(2));
        assertThat(results.get(3)).isEqualTo(new RedisResult.Nil());
        assertThat(results.get(4)).isEqualTo(new RedisResult.Status("FINE"));
        assertThat(err(connection.execute("NOSUCH", List.of()))).asString().contains("unknown command");
        assertThat(ok(connection.execute("CONFIG GET", List.of(new RedisParameter.Binary(bytes("port"))))))
                .hasSize(2);
    }

    @Test
    void tlsChecksWhoAnswers() {
        SpinRedis tls = new SpinRedis(outbound("rediss://localhost:*", "rediss://127.0.0.1:*"));
        String at = ":" + server.tlsPort();
        SpinRedis.Connection secured = ok(tls.open("rediss://:s3cret@localhost" + at));
        ok(secured.set("k", bytes("by TLS")));
        assertThat(ok(secured.get("k")).orElseThrow()).isEqualTo(bytes("by TLS"));
        assertThat(err(tls.open("rediss://:s3cret@127.0.0.1" + at)))
                .as("a certificate of another name")
                .asString()
                .contains("certificate of rediss://127.0.0.1" + at + " is refused", "No subject alternative names");
        setCertificate(TestTls.UNKNOWN);
        try {
            assertThat(err(tls.open("rediss://:s3cret@localhost" + at)))
                    .as("an unknown authority")
                    .asString()
                    .contains("certificate of rediss://localhost" + at + " is refused", "certification path");
            SpinRedis named = new SpinRedis(
                    outbound(OutboundLimits.DEFAULT, TestTls.UNKNOWN.authorities(), "rediss://localhost:*"));
            assertThat(ok(ok(named.open("rediss://:s3cret@localhost" + at)).get("k")))
                    .as("an authority that the operator named")
                    .isPresent();
            named.close();
        } finally {
            setCertificate(TestTls.TRUSTED);
        }
        assertThat(err(tls.open("rediss://:s3cret@localhost:" + server.port())))
                .as("a server that speaks no TLS")
                .asString()
                .contains("cannot be reached");
        tls.close();
    }

    private void setCertificate(TestTls tls) {
        ok(connection.execute(
                "CONFIG SET",
                List.of(
                        new RedisParameter.Binary(bytes("tls-cert-file")),
                        new RedisParameter.Binary(bytes(tls.certificate.toString())),
                        new RedisParameter.Binary(bytes("tls-key-file")),
                        new RedisParameter.Binary(bytes(tls.key.toString())))));
    }

    /** Apps that share a database see their own keys only. */
    @Test
    void aStoreOfTheOperatorIsApartForEachApp() {
        StoreLocation location = new StoreLocation.Redis(
                "redis://127.0.0.1:" + server.port() + "/3", "", "s3cret", false, Authorities.JAVA);
        assertThat(location.toString()).doesNotContain("s3cret");
        WorkloadRef shop = new WorkloadRef("default", "shop");
        try (KeyValueBackend one = location.keyValue(shop, "default", LIMITS);
                KeyValueBackend two = location.keyValue(new WorkloadRef("default", "blog"), "default", LIMITS)) {
            one.set("default", "k", bytes("of the shop"));
            assertThat(two.get("default", "k")).isEmpty();
            assertThat(two.keys("default", Optional.empty()).keys()).isEmpty();
            assertThat(one.keys("default", Optional.empty()).keys()).containsExactly("k");
            assertThat(one.increment("default", "n", 2)).isEqualTo(2);
            assertThat(one.swap("default", "k", Optional.of(bytes("of the shop")), bytes("new")))
                    .isTrue();
            one.deleteMany("default", List.of("k", "n"));
            assertThat(one.exists("default", "k")).isFalse();
        }
    }

    @Test
    void addressesAndGrants() {
        int port = server.port();
        SpinRedis none = new SpinRedis(outbound("redis://127.0.0.1:1"));
        assertThat(err(none.open(url("")))).isEqualTo(new Failure.InvalidAddress());
        for (String address : List.of("", "redis://", "http://127.0.0.1:" + port, "redis://127.0.0.1:" + port + "/x")) {
            assertThat(err(redis.open(address))).as(address).isEqualTo(new Failure.InvalidAddress());
        }
        assertThat(err(redis.open("redis://:wrong@127.0.0.1:" + port)))
                .asString()
                .contains("WRONGPASS")
                .doesNotContain("wrong@");
        assertThat(err(ok(redis.open("redis://127.0.0.1:" + port)).get("k")))
                .asString()
                .contains("NOAUTH");
        SpinRedis closed = new SpinRedis(outbound("redis://127.0.0.1:1"));
        assertThat(err(closed.open("redis://127.0.0.1:1"))).asString().contains("cannot be reached");
    }

    @Test
    void connectionsAndRepliesAreBounded() {
        OutboundLimits limits = new OutboundLimits(Duration.ofSeconds(2), Duration.ofSeconds(2), 2, 10_000, 10);
        SpinRedis bounded = new SpinRedis(outbound(limits, "redis://127.0.0.1:*"));
        SpinRedis.Connection first = ok(bounded.open(url("/3")));
        ok(bounded.open(url("/3")));
        assertThat(err(bounded.open(url("/3")))).isEqualTo(new Failure.TooManyConnections());
        ok(connection.set("big", new byte[20_000]));

        assertThat(err(first.get("big"))).asString().contains("limit of 10000 bytes");
        assertThat(err(first.get("k"))).asString().contains("broken");
        first.drop();
        first.drop();
        SpinRedis.Connection second = ok(bounded.open(url("/3")));
        assertThat(err(second.execute("BLPOP none 0", List.of()))).isInstanceOf(Failure.Other.class);
        bounded.close();
        ok(bounded.open(url("/3")));
        bounded.close();
    }

    @Test
    void aStoreFindsItsWayBackAfterItsConnectionsWereKilled() {
        SpinKeyValue.Store store = ok(new SpinKeyValue(stores, java.util.Set.of("default")).open("default"));
        ok(store.set("k", bytes("v")));
        ok(connection.execute("CLIENT KILL TYPE normal SKIPME yes", List.of()));

        var first = store.get("k");
        assertThat(first).isNotNull(); // this one may still have used the killed connection
        assertThat(ok(store.get("k")).orElseThrow()).isEqualTo(bytes("v"));
    }
}
