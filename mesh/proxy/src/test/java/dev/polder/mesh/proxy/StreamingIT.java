package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.MeshSnapshot;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large bodies, slow readers, and routes that change under load. */
class StreamingIT {

    private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway");
    private static final long MEGABYTE = 1 << 20;

    private final TestUpstream one = new TestUpstream("one");
    private final TestUpstream two = new TestUpstream("two");
    private final TestCa ca = new TestCa("cluster.local");
    private final int hbonePort = HboneIT.freePort();
    private final Proxy proxy = Proxy.builder()
            .identities(ca)
            .gatewayIdentity(SELF)
            .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
            .hbonePort(hbonePort)
            .node(workload -> true)
            .grace(Duration.ofMillis(200))
            .workers(1)
            .start();

    @AfterEach
    void stop() {
        proxy.close();
        one.close();
        two.close();
    }

    private URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + proxy.gatewayAddress(TestMesh.HTTP).getPort() + path);
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void streamsAHundredMegabytesInLittleMemory() throws Exception {
        proxy.apply(new TestMesh()
                .route("/", TestMesh.plain("127.0.0.1", one.port()))
                .snapshot());
        long size = 100 * MEGABYTE;
        long peak = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(uri("/bytes/" + size)).build(), HttpResponse.BodyHandlers.ofInputStream());
            long read = 0;
            byte[] block = new byte[1 << 16];
            try (InputStream in = response.body()) {
                for (int n; (n = in.read(block)) >= 0; ) {
                    read += n;
                    peak = Math.max(peak, directMemory());
                }
            }
            assertThat(read).isEqualTo(size);
        }
        assertThat(peak).isLessThan(48 * MEGABYTE);
    }

    @Test
    void stopsReadingForASlowReader() throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        try (ServerSocket endless = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = endless.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream()
                            .write(("HTTP/1.1 200 OK\r\nContent-Length: " + 1000 * MEGABYTE + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    byte[] block = new byte[1 << 16];
                    while (true) {
                        socket.getOutputStream().write(block);
                        written.addAndGet(block.length);
                    }
                } catch (IOException e) {
                    done.set(true);
                }
            });
            proxy.apply(new TestMesh()
                    .route("/", TestMesh.plain("127.0.0.1", endless.getLocalPort()))
                    .snapshot());
            long before = directMemory();
            try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                client.readUntil("\r\n\r\n");
                AtomicLong last = new AtomicLong(-1);
                // nobody reads any more: the sender must come to a stop
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(400))
                        .until(() -> last.getAndSet(written.get()) == written.get() && written.get() > 0);
                assertThat(written.get()).isLessThan(30 * MEGABYTE);
                assertThat(directMemory() - before).isLessThan(24 * MEGABYTE);
            }
            // and hear that the client went away
            await().atMost(Duration.ofSeconds(10)).untilTrue(done);
        }
    }

    @Test
    void uploadsThroughATunnelToASlowReader() throws Exception {
        AtomicLong read = new AtomicLong();
        try (ServerSocket slow = new ServerSocket(0, 50, TestMesh.ip("127.64.0.5"))) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = slow.accept()) {
                    byte[] block = new byte[1 << 16];
                    long expected = 41 * MEGABYTE;
                    while (read.get() < expected) {
                        int n = socket.getInputStream().read(block);
                        if (n < 0) {
                            return;
                        }
                        read.addAndGet(n);
                    }
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    read.set(-1);
                }
            });
            TestMesh mesh = new TestMesh();
            var workload = mesh.workload("slow", "127.64.0.5");
            proxy.apply(mesh.route("/", TestMesh.tunnelled(workload, slow.getLocalPort()))
                    .snapshot());
            byte[] body = new byte[(int) (41 * MEGABYTE)];
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                HttpResponse<String> response = client.send(
                        HttpRequest.newBuilder(uri("/"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(response.body()).isEqualTo("done");
            }
        }
    }

    @Test
    void changesRoutesUnderLoadWithoutFailures() throws Exception {
        MeshSnapshot toOne = new TestMesh()
                .route("/", TestMesh.plain("127.0.0.1", one.port()))
                .snapshot();
        MeshSnapshot toTwo = new TestMesh()
                .route("/", TestMesh.plain("127.0.0.1", two.port()))
                .snapshot();
        proxy.apply(toOne);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicInteger served = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                try (RawClient client = new RawClient(proxy.gatewayAddress(TestMesh.HTTP))) {
                    while (!stop.get()) {
                        String head =
                                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
                        byte[] body = client.socket.getInputStream().readNBytes(3);
                        String text = new String(body, StandardCharsets.US_ASCII);
                        if (!head.startsWith("HTTP/1.1 200") || !(text.equals("one") || text.equals("two"))) {
                            wrong.add(head + text);
                        }
                        served.incrementAndGet();
                    }
                } catch (IOException e) {
                    wrong.add(e.toString());
                }
            }));
        }
        for (int swaps = 0; swaps < 60; swaps++) {
            int seen = served.get();
            proxy.apply(swaps % 2 == 0 ? toTwo : toOne);
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> served.get() > seen + 5);
        }
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(served.get()).isGreaterThan(300);
    }
}
