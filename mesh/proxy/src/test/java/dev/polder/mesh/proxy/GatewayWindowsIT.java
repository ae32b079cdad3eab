package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much a client of HTTP/2 may send before anybody answers, as the gateway says it on the wire. */
@Timeout(30)
class GatewayWindowsIT {

    /** RFC 9113, 6.5.2 and 6.9. */
    private static final int INITIAL_WINDOW_SIZE = 4;

    private static final int WINDOW_UPDATE = 8;
    private static final int DEFAULT = 65_535;

    @Test
    void aConnectionMayHaveAMebibyteOnItsWayAndAStreamAQuarter() throws IOException {
        Map<Integer, Integer> settings = new HashMap<>();
        int connection = DEFAULT;
        try (Proxy proxy = Proxy.builder()
                        .identities(new TestCa("cluster.local"))
                        .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
                        .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                        .hbonePort(HboneIT.freePort())
                        .grace(Duration.ofMillis(100))
                        .workers(1)
                        .start();
                Socket socket = new Socket(
                        TestMesh.ip("127.0.0.1"),
                        proxy.gatewayAddress(TestMesh.HTTP).getPort())) {
            RawHttp2Peer.Frames out = new RawHttp2Peer.Frames(new DataOutputStream(socket.getOutputStream()));
            out.out().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(RawHttp2Peer.SETTINGS, 0, 0, new byte[0]);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (settings.isEmpty() || connection == DEFAULT) {
                int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
                if (type == RawHttp2Peer.SETTINGS && (flags & 1) == 0) {
                    while (payload.hasRemaining()) {
                        settings.put((int) payload.getShort(), payload.getInt());
                    }
                } else if (type == WINDOW_UPDATE && stream == 0) {
                    connection += payload.getInt();
                }
            }
        }
        assertThat(settings).containsEntry(INITIAL_WINDOW_SIZE, 256 << 10);
        assertThat(connection).isEqualTo(1 << 20);
    }
}
