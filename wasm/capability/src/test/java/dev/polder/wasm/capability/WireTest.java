package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.MqttPublisher;
import dev.polder.wasm.capability.internal.MysqlAddress;
import dev.polder.wasm.capability.internal.PostgresAddress;
import dev.polder.wasm.capability.internal.PostgresText;
import dev.polder.wasm.capability.internal.RespConnection;
import dev.polder.wasm.capability.internal.RespConnection.Reply;
import dev.polder.wasm.capability.internal.ServerAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of hostile servers, and addresses and statements of hostile guests. */
class WireTest {

    /** A socket on which the other side has already said everything. */
    private static Socket saying(byte[] bytes) {
        return new Socket() {
            private final InputStream in = new ByteArrayInputStream(bytes);
            private final OutputStream out = new ByteArrayOutputStream();

            @Override
            public InputStream getInputStream() {
                return in;
            }

            @Override
            public OutputStream getOutputStream() {
                return out;
            }
        };
    }

    private static Reply reply(String bytes) throws IOException {
        return reply(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Reply reply(byte[] bytes) throws IOException {
        return new RespConnection(saying(bytes), 1_000).call(List.of(new byte[] {'X'}));
    }

    @Test
    void readsEveryKindOfReply() throws IOException {
        assertThat(reply("+OK\r\n")).isEqualTo(new Reply.Status("OK"));
        assertThat(reply("-ERR no\r\n")).isEqualTo(new Reply.Failure("ERR no"));
        assertThat(reply(":-9223372036854775808\r\n")).isEqualTo(new Reply.Int(Long.MIN_VALUE));
        assertThat(reply("$-1\r\n")).isEqualTo(new Reply.Nil());
        assertThat(((Reply.Bulk) reply("$4\r\na\r\nb\r\n")).bytes()).isEqualTo(new byte[] {'a', '\r', '\n', 'b'});
        assertThat(reply("*3\r\n:1\r\n*0\r\n*-1\r\n"))
                .isEqualTo(new Reply.Array(List.of(new Reply.Int(1), new Reply.Array(List.of()), new Reply.Nil())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "$2000\r\n",
                "$536870912\r\n",
                "$9223372036854775807\r\n",
                "$-2\r\n",
                "$3\r\nab\r\n",
                "$1\r\nabc",
                "*1000000\r\n",
                "*-2\r\n",
                "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
                "*3\r\n:1\r\n",
                ":x\r\n",
                ":\r\n",
                "+OK\rX",
                "?1\r\n",
                "HTTP/1.1 400 Bad Request\r\n\r\n",
            })
    void hostileRepliesBreakTheConnectionAndNothingElse(String bytes) throws IOException {
        RespConnection connection = new RespConnection(saying(bytes.getBytes(StandardCharsets.ISO_8859_1)), 1_000);
        assertThatThrownBy(() -> connection.call(List.of(new byte[] {'X'}))).isInstanceOf(IOException.class);
        assertThat(connection.broken()).isTrue();
        assertThatThrownBy(() -> connection.call(List.of(new byte[] {'X'}))).hasMessageContaining("broken");
    }

    @FuzzTest(maxDuration = "20s")
    void everyReplyIsReadOrRefused(byte[] bytes) {
        try {
            assertThat(reply(bytes)).isNotNull();
        } catch (IOException expected) {
            assertThat(expected).hasMessageNotContaining("null");
        }
    }

    @FuzzTest(maxDuration = "20s")
    void everyBrokerIsABrokerOrAnError(byte[] bytes) {
        try {
            MqttPublisher publisher = MqttPublisher.connect(saying(bytes), "id", "u", "p", 1);
            publisher.publish("t", new byte[3], 2);
        } catch (IOException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @Test
    void aBrokerCannotAnnounceMoreThanItMaySay() {
        byte[] huge = {0x20, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
        assertThatThrownBy(() -> MqttPublisher.connect(saying(huge), "id", "", "", 0))
                .hasMessageContaining("268435455 bytes (expected: at most 65536)");
        byte[] endless = {0x20, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1};
        assertThatThrownBy(() -> MqttPublisher.connect(saying(endless), "id", "", "", 0))
                .hasMessageContaining("without a length");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "redis://h, redis, -, -, h, -1, ''",
                "redis://u:p%40%3a@h:1/2?a=b, redis, u, p@:, h, 1, 2",
                "mqtt://:pw@[::1]:1883, mqtt, '', pw, ::1, 1883, ''",
                "postgres://u@db.example.com/my%20db, postgres, u, -, db.example.com, -1, my db",
            })
    void addresses(String text, String scheme, String user, String password, String host, int port, String path) {
        ServerAddress address = ServerAddress.parse(text);

        assertThat(address.scheme()).isEqualTo(scheme);
        assertThat(address.user()).isEqualTo(user);
        assertThat(address.password()).isEqualTo(password);
        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address.path()).isEqualTo(path);
        assertThat(address.toString()).doesNotContain("p@:").doesNotContain("pw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://", "redis://h:0", "redis://h:70000", "redis://a b", "redis://h/%zz", "redis://h/%ff",
                "redis://h/%00", "redis://h/%2", "://h", "h", "redis://h,i:1", "redis://u@v@"
            })
    void wrongAddresses(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("(expected: ");
    }

    @FuzzTest(maxDuration = "20s")
    void everyAddressIsReadOrRefused(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (Runnable reading : List.<Runnable>of(
                () -> ServerAddress.parse(text),
                () -> PostgresAddress.parse(text),
                () -> MysqlAddress.parse(text),
                () -> RedisSession.address(text))) {
            try {
                reading.run();
            } catch (Problem expected) {
                assertThat(expected.code()).isEqualTo(Problem.Code.INVALID);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT $1, $2, $1| SELECT ?, ?, ?| 2",
                "SELECT '$1'| SELECT '$1'| 0",
                "SELECT '''$1', $1| SELECT '''$1', ?| 1",
                "SELECT E'\\'$1', $1| SELECT E'\\'$1', ?| 1",
                "SELECT fe'\\', $1| SELECT fe'\\', ?| 1",
                "SELECT \"a$1\"\"\", $1| SELECT \"a$1\"\"\", ?| 1",
                "SELECT $$ $1 $$, $1| SELECT $$ $1 $$, ?| 1",
                "SELECT $a$ $$ $1 $a$, $1| SELECT $a$ $$ $1 $a$, ?| 1",
                "SELECT a$1, $1| SELECT a$1, ?| 1",
                "SELECT a ? b| SELECT a ?? b| 0",
                "SELECT /* /* $1 */ ? */ $1| SELECT /* /* $1 */ ? */ ?| 1",
                "SELECT 1 -- $1| SELECT 1 -- $1| 0",
                "SELECT $0, $99999999| SELECT $0, $99999999| 0",
                "SELECT $| SELECT $| 0",
                "SELECT 'open $1| SELECT 'open $1| 0",
            })
    void placeholders(String from, String to, int parameters) {
        PostgresText text = PostgresText.of(from);

        assertThat(text.sql()).isEqualTo(to);
        assertThat(text.parameters()).isEqualTo(parameters);
    }

    @FuzzTest(maxDuration = "20s")
    void everyStatementIsTranslated(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        PostgresText translated = PostgresText.of(text);
        assertThat(translated.parameters()).isBetween(0, 65_535);
    }
}
