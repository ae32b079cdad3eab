package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that two parsers could read in two ways, and messages that are no HTTP at all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientIT {

    private final TestUpstream upstream = new TestUpstream("one");
    private Proxy proxy;

    @BeforeAll
    void start() {
        proxy = Proxy.builder()
                .identities(new TestCa("cluster.local"))
                .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .workers(1)
                .start();
        proxy.apply(new TestMesh()
                .route("/", TestMesh.plain("127.0.0.1", upstream.port()))
                .snapshot());
    }

    @AfterAll
    void stop() {
        proxy.close();
        upstream.close();
    }

    private String raw(String text) throws IOException {
        try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
            client.send(text);
            client.socket.shutdownOutput();
            return client.readAll();
        }
    }

    private static final String BEHIND = "GET /headers?smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "Content-Length: 5, 5\r\n\r\nhello",
                "Content-Length: +5\r\n\r\nhello",
                "Content-Length: 0x5\r\n\r\nhello",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Content-Length :5\r\n\r\nhello",
                "Content-Length: \r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding\u0000: chunked\r\n\r\n0\r\n\r\n",
                "X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "X: a\n\r\n",
                "X: a\rTransfer-Encoding: chunked\r\n\r\n",
                "X: a\u0000b\r\n\r\n",
                "Host: b\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5;a=\nb\r\nhello\r\n0\r\n\r\n",
            })
    void refusesWhatCouldBeReadInTwoWays(String rest) throws IOException {
        String answer = raw("POST /headers HTTP/1.1\r\nHost: a\r\n" + rest + BEHIND);
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("smuggled")
                .contains("connection: close");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n",
                "G\u0001T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc",
            })
    void refusesMalformedHeads(String request) throws IOException {
        assertThat(raw(request)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void keepsItsLimits() throws IOException {
        assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(70_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(300) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(raw("GET / HTTP/2.0\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 505 ");
        assertThat(raw("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 505 ");
        assertThat(raw("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 4");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n")).startsWith("HTTP/1.1 417 ");
    }

    @Test
    void answersWhateverComes() throws IOException {
        long seed = Long.getLong("polder.seed", 20261122L);
        Random random = new Random(seed);
        List<String> seeds = List.of(
                "GET /headers HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
        for (int round = 0; round < 400; round++) {
            StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            for (int edits = random.nextInt(4) + 1; edits > 0 && text.length() > 1; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> text.deleteCharAt(at);
                    case 2 -> text.insert(at, text.charAt(at));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            String answer = raw(text.toString());
            assertThat(answer).as("seed %d round %d: %s", seed, round, text).doesNotContain("[timeout]");
        }
        try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                            .readAll())
                    .endsWith("one");
        }
    }
}
