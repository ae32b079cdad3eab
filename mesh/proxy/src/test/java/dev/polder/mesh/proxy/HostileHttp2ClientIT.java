package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that keep the gateway busy with cheap frames of HTTP/2 are sent away. */
@Timeout(30)
class HostileHttp2ClientIT {

    private static final int SETTINGS = RawHttp2Peer.SETTINGS;
    private static final int GONE = -1;

    /** RFC 9113, 7. */
    private static final int ENHANCE_YOUR_CALM = 11;

    private final Proxy proxy = Proxy.builder()
            .identities(new TestCa("cluster.local"))
            .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
            .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
            .hbonePort(HboneIT.freePort())
            .grace(Duration.ofMillis(100))
            .workers(1)
            .start();

    @AfterEach
    void stop() {
        proxy.close();
    }

    private interface Attack {
        void run(RawHttp2Peer.Frames out) throws IOException;
    }

    /** The error code of the GOAWAY that the attack is answered with. */
    private int answerTo(Attack attack) throws IOException {
        try (Socket socket = new Socket(
                TestMesh.ip("127.0.0.1"), proxy.gatewayAddress(TestMesh.HTTP).getPort())) {
            RawHttp2Peer.Frames out = new RawHttp2Peer.Frames(new DataOutputStream(socket.getOutputStream()));
            out.out().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(SETTINGS, 0, 0, new byte[0]);
            Thread.ofVirtual().start(() -> {
                try {
                    attack.run(out);
                } catch (IOException e) {
                    // sent away
                }
            });
            DataInputStream in = new DataInputStream(socket.getInputStream());
            try {
                while (true) {
                    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                    int type = in.readUnsignedByte();
                    in.skipNBytes(5);
                    byte[] payload = in.readNBytes(length);
                    if (type == RawHttp2Peer.GOAWAY) {
                        return payload[7];
                    }
                }
            } catch (EOFException | SocketException e) {
                return GONE;
            }
        }
    }

    private static byte[] get() {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        // :method GET, :scheme http, :path / by the static table; :authority as a literal
        head.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 1, 4});
        head.writeBytes("shop".getBytes(StandardCharsets.US_ASCII));
        return head.toByteArray();
    }

    @Test
    void whoResetsEveryRequest() throws Exception {
        assertThat(answerTo(out -> {
                    for (int i = 0; i < 1000; i++) {
                        out.write(RawHttp2Peer.HEADERS, RawHttp2Peer.END_HEADERS, 2 * i + 1, get());
                        out.write(RawHttp2Peer.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
                    }
                }))
                .isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test
    void whoNeverEndsAHead() throws Exception {
        assertThat(answerTo(out -> {
                    out.write(RawHttp2Peer.HEADERS, 0, 1, get());
                    for (int i = 0; i < 1000; i++) {
                        out.write(RawHttp2Peer.CONTINUATION, 0, 1, new byte[0]);
                    }
                }))
                .isEqualTo(ENHANCE_YOUR_CALM);
    }
}
