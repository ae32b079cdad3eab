package dev.polder.mesh.proxy.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A message means the same however the network cuts it. */
class MessageSplitTest {

    private final HeadParser parser = new HeadParser(HttpLimits.DEFAULT);

    private static Head head(String text) {
        Head head = new Head();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, head.bytes, 0, bytes.length);
        return head;
    }

    @Test
    void everyPrefixOfAHeadIsIncomplete() {
        String text =
                "POST /a?b=c HTTP/1.1\r\nHost: shop:80\r\nContent-Length:  12 \r\nX-Two: a b\r\nConnection: close, X-Two\r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            assertThat(parser.request(head(text), length))
                    .as("length %d", length)
                    .isEqualTo(HeadParser.INCOMPLETE);
        }
        Head head = head(text);
        assertThat(parser.request(head, text.length())).isEqualTo(text.length());
        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.target()).isEqualTo("/a?b=c");
        assertThat(head.host()).isEqualTo("shop:80");
        assertThat(head.length()).isEqualTo(12);
        assertThat(head.persistent()).isFalse();
        assertThat(head.isHopByHop(2)).as("X-Two is named by Connection").isTrue();
        assertThat(head.find(Ascii.bytes("x-two"))).isEqualTo(-1);
    }

    @Test
    void everyPrefixOfAResponseHeadIsIncomplete() {
        String text = "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            assertThat(parser.response(head(text), length)).isEqualTo(HeadParser.INCOMPLETE);
        }
        Head head = head(text);
        assertThat(parser.response(head, text.length())).isEqualTo(text.length());
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.length()).isEqualTo(Head.CHUNKED);
    }

    @Test
    void randomBytesNeverBreakTheParser() {
        long seed = Long.getLong("polder.seed", 7L);
        Random random = new Random(seed);
        byte[] alphabet = "GET /HTP1. \r\n:abContent-Length0123chunked\0\t,;=".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 20_000; round++) {
            Head head = new Head();
            int length = random.nextInt(80);
            for (int i = 0; i < length; i++) {
                head.bytes[i] = random.nextInt(20) == 0
                        ? (byte) random.nextInt(256)
                        : alphabet[random.nextInt(alphabet.length)];
            }
            try {
                int end = random.nextBoolean() ? parser.request(head, length) : parser.response(head, length);
                assertThat(end).as("seed %d round %d", seed, round).isBetween(-1, length);
            } catch (BadMessage bad) {
                assertThat(bad.status()).as("seed %d round %d", seed, round).isBetween(400, 599);
            }
        }
    }

    @Test
    void chunksAreTheSameHoweverTheyAreCut() {
        String wire = "5\r\nhello\r\n6;name=\"v\"\r\n world\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\nHost: no\r\n\r\nGET";
        long seed = Long.getLong("polder.seed", 11L);
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            BodyDecoder decoder = new BodyDecoder(parser);
            Collector collector = new Collector();
            decoder.start(Head.CHUNKED);
            byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
            int at = 0;
            String left = "";
            while (at < bytes.length) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(9));
                ByteBuf part = Unpooled.copiedBuffer(bytes, at, next - at);
                if (!decoder.decode(part, collector)) {
                    left += part.toString(StandardCharsets.ISO_8859_1);
                    part.release();
                }
                at = next;
            }
            assertThat(collector.body.toString())
                    .as("seed %d round %d", seed, round)
                    .isEqualTo("hello world!");
            assertThat(left).isEqualTo("GET");
            assertThat(collector.ended).isEqualTo("X-Sum: 1");
        }
    }

    @Test
    void aLengthEndsWhereItSays() {
        BodyDecoder decoder = new BodyDecoder(parser);
        Collector collector = new Collector();
        decoder.start(5);
        ByteBuf in = Unpooled.copiedBuffer("helloGET", StandardCharsets.US_ASCII);
        assertThat(decoder.decode(in, collector)).isFalse();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("GET");
        assertThat(collector.body.toString()).isEqualTo("hello");
        in.release();
    }

    @Test
    void brokenChunksAreRefused() {
        for (String wire : new String[] {"5\nhello", "g\r\n", "\r\n", "5\r\nhelloX", "1234567890123456\r\n"}) {
            BodyDecoder decoder = new BodyDecoder(parser);
            decoder.start(Head.CHUNKED);
            ByteBuf in = Unpooled.copiedBuffer(wire, StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> decoder.decode(in, new Collector()))
                    .as(wire)
                    .isInstanceOf(BadMessage.class);
            in.release();
        }
    }

    private static final class Collector implements BodyDecoder.Target {

        final StringBuilder body = new StringBuilder();
        String ended = "";

        @Override
        public void onBody(ByteBuf bytes) {
            body.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }

        @Override
        public void onBodyEnd(@Nullable Head trailers) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; trailers != null && i < trailers.count(); i++) {
                if (!trailers.isHopByHop(i)) {
                    lines.append(trailers.name(i)).append(": ").append(trailers.value(i));
                }
            }
            ended = lines.toString();
        }
    }
}
