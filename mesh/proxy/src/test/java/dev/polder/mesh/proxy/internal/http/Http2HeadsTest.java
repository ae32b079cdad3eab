package dev.polder.mesh.proxy.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What an HTTP/2 server answers, and what is sent to one. {@code JAZZER_FUZZ=1} looks for new inputs. */
class Http2HeadsTest {

    private static Http2Headers fields(String... namesAndValues) {
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    @Test
    void aRequestKeepsWhatIsNotOfItsConnection() {
        Head head = new Head();
        head.bytes = Ascii.bytes("""
                POST /a?b HTTP/1.1\r
                host: shop:80\r
                te: trailers\r
                connection: te, x\r
                x: 1\r
                content-type: application/grpc\r
                transfer-encoding: chunked\r
                X-Upper: Y\r
                \r
                """);
        new HeadParser(HttpLimits.DEFAULT).request(head, head.bytes.length);
        Http2Headers headers = Http2Heads.request(head, "https");
        assertThat(headers.method()).hasToString("POST");
        assertThat(headers.scheme()).hasToString("https");
        assertThat(headers.authority()).hasToString("shop:80");
        assertThat(headers.path()).hasToString("/a?b");
        assertThat(headers.get("te")).hasToString("trailers");
        assertThat(headers.get("content-type")).hasToString("application/grpc");
        assertThat(headers.get("x-upper")).hasToString("Y");
        assertThat(headers.size()).isEqualTo(7);
    }

    @Test
    void aResponseIsChecked() {
        Head head = new Head();
        Http2Heads.response(fields(":status", "200", "content-length", "12", "x", "y"), head, false);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.length()).isEqualTo(12);
        assertThat(head.value(1)).isEqualTo("y");
        Http2Heads.response(fields(":status", "103"), head, false);
        assertThat(head.length()).isEqualTo(Head.CHUNKED);
        for (Http2Headers wrong : List.of(
                fields(),
                fields(":status", "20"),
                fields(":status", "2x0"),
                fields(":status", "600"),
                fields(":status", "200", ":path", "/"),
                fields(":status", "200", "connection", "close"),
                fields(":status", "200", "transfer-encoding", "chunked"),
                fields(":status", "200", "content-length", "-1"),
                fields(":status", "200", "x y", "1"),
                fields(":status", "200", "x", "1\r\ny: 2"),
                fields(":status", "200", "", "1"))) {
            assertThatThrownBy(() -> Http2Heads.response(wrong, new Head(), false))
                    .as("%s", wrong)
                    .isInstanceOf(BadMessage.class);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void readsOrRefuses(byte[] bytes) {
        check(bytes);
    }

    @Test
    void readsOrRefusesAnything() {
        long seed = 20_261_126;
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(8) == 0 ? bytes[i] : (byte) ('a' + (bytes[i] & 15));
            }
            accepted += check(bytes) ? 1 : 0;
        }
        assertThat(accepted).as("seed %d", seed).isBetween(1, 9_999);
    }

    /** Fields of up to four bytes each; whether they are a response. */
    private static boolean check(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false);
        headers.status("200");
        for (int i = 0; i + 8 <= text.length(); i += 8) {
            headers.add(text.substring(i, i + 4), text.substring(i + 4, i + 8));
        }
        Head head = new Head();
        try {
            Http2Heads.response(headers, head, false);
        } catch (BadMessage bad) {
            return false;
        }
        // nothing of it could be taken for something else in HTTP/1.1
        assertThat(head.count()).isEqualTo(headers.size() - 1);
        for (int i = 0; i < head.count(); i++) {
            assertThat(head.name(i)).doesNotContain("\r", "\n", ":", " ");
            assertThat(head.value(i)).doesNotContain("\r", "\n", "\0");
        }
        return true;
    }
}
