package dev.polder.mesh.proxy.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessEventTest {

    private static final PeerLabels NOBODY = PeerLabels.source(null, null);
    private static final PeerLabels SHOP =
            PeerLabels.destination(null, SpiffeId.parse("spiffe://cluster.local/ns/default/sa/shop"), null);

    private static AccessEvent event(String method, String path, @Nullable String error) {
        return new AccessEvent(
                Instant.parse("2026-11-26T01:02:03.123456789Z"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711),
                NOBODY,
                null,
                SHOP,
                "outbound",
                method,
                "shop.example",
                path,
                200,
                "id",
                1,
                2,
                3_999,
                "-",
                error);
    }

    private static String json(AccessEvent event) {
        StringBuilder out = new StringBuilder();
        event.json(out);
        return out.toString();
    }

    private static String text(AccessEvent event) {
        StringBuilder out = new StringBuilder();
        event.text(out);
        return out.toString();
    }

    @Test
    void writesARequestInBothForms() {
        AccessEvent event = event("GET", "/a\"b\nc", null);
        assertThat(json(event))
                .startsWith("{\"time\":\"2026-11-26T01:02:03.123456Z\",\"src.addr\":\"127.0.0.1:4711\",")
                .contains("\"dst.addr\":\"-\"")
                .contains("\"dst.identity\":\"spiffe://cluster.local/ns/default/sa/shop\"")
                .contains("\"path\":\"/a\\\"b\\u000ac\",\"status\":200,\"request_id\":\"id\"")
                .endsWith("\"bytes_sent\":2,\"bytes_recv\":1,\"duration_us\":3,\"flags\":\"-\"}");
        assertThat(text(event))
                .startsWith("request complete src.addr=127.0.0.1:4711 src.workload=\"unknown\"")
                .contains(" path=\"/a\\\"b\\u000ac\" status=200 ")
                .endsWith(" duration_us=3 flags=\"-\"");
    }

    @Test
    void leavesOutWhatAConnectionDoesNotHave() {
        AccessEvent event = event("", "", "reset");
        assertThat(json(event)).doesNotContain("status").endsWith("\"error\":\"reset\"}");
        assertThat(text(event))
                .startsWith("connection complete ")
                .doesNotContain("status")
                .endsWith(" error=\"reset\"");
    }
}
