package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a server that is none, or a hostile one, makes of a subscription. */
class RedisSubscriptionTest {

    private static final String SUBSCRIBED = "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n";
    private static final OutboundLimits LIMITS =
            new OutboundLimits(Duration.ofSeconds(5), Duration.ofMillis(200), 4, 1024, 10);

    private interface Use {
        void with(RedisSubscription subscription);
    }

    /** A server that says bytes after the subscription, whatever it hears. */
    private static void says(byte[] bytes, boolean staysOpen, Use use) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    int first = in.read();
                    socket.getOutputStream().write(SUBSCRIBED.getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().write(bytes);
                    socket.getOutputStream().flush();
                    if (!staysOpen) {
                        socket.shutdownOutput();
                    }
                    while (first >= 0) {
                        first = in.read();
                    }
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(SocketException.class); // the client went away
                }
            });
            String address = "redis://127.0.0.1:" + server.getLocalPort();
            Outbound outbound = TriggerServer.of(address, List.of("redis"), LIMITS, OutboundRules.DEFAULT)
                    .outbound();
            try (RedisSubscription subscription = RedisSubscription.open(outbound, address, "c")) {
                use.with(subscription);
            }
            thread.join();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void messagesComeAndASilentServerIsAskedAndThenGivenUp() throws Exception {
        says(ascii("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\nhello\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"), true, it -> {
            assertThat(it.next())
                    .hasValueSatisfying(
                            payload -> assertThat(payload).asString().isEqualTo("hello"));
            assertThat(it.next()).isEmpty(); // the pong
            assertThat(it.next()).isEmpty(); // silence: it is asked
            assertThatThrownBy(it::next)
                    .isInstanceOfSatisfying(
                            Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.UNAVAILABLE))
                    .hasMessageContaining("does not answer");
        });
    }

    @Test
    void aMessageBeyondTheLimitBreaksTheConnection() throws Exception {
        says(
                ascii("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2000000000\r\n"),
                true,
                it -> assertThatThrownBy(it::next).isInstanceOf(Problem.class).hasMessageContaining("expected: less"));
    }

    @Test
    void anyBytesAreMessagesOrAProblem() throws Exception {
        Random random = new Random(7);
        byte[] good = ascii("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\nhello\r\n");
        for (int i = 0; i < 200; i++) {
            byte[] bytes = good.clone();
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            says(bytes, false, it -> {
                try {
                    for (int reads = 0; reads < 3; reads++) {
                        Optional<byte[]> payload = it.next();
                        payload.ifPresent(read -> assertThat(read.length).isLessThan(1024));
                    }
                } catch (Problem e) {
                    assertThat(e.code()).isEqualTo(Problem.Code.UNAVAILABLE);
                }
            });
        }
    }

    @Test
    void anAddressIsNotQuoted() {
        assertThatThrownBy(() ->
                        TriggerServer.of("mqtt://ada:secret@host", List.of("redis"), LIMITS, OutboundRules.DEFAULT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the scheme mqtt (expected one of: redis)")
                .hasMessageNotContaining("secret");
        assertThat(TriggerServer.of("redis://:secret@host:1/2", List.of("redis"), LIMITS, OutboundRules.DEFAULT))
                .hasToString("redis://host:1");
    }

    @Test
    void aNetworkThatTheOperatorBlockedIsOutOfReach() {
        OutboundRules rules = new OutboundRules(NetworkRules.of(List.of(), List.of("127.0.0.0/8")), Authorities.JAVA);
        TriggerServer server = TriggerServer.of("redis://127.0.0.1:1", List.of("redis"), LIMITS, rules);
        assertThatThrownBy(server::resolve)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.FORBIDDEN))
                .hasMessageContaining("redis://127.0.0.1:1 is in a blocked network");
        TriggerServer metadata =
                TriggerServer.of("redis://169.254.169.254:80", List.of("redis"), LIMITS, OutboundRules.DEFAULT);
        assertThatThrownBy(metadata::resolve).hasMessageContaining("is in a blocked network");
    }
}
