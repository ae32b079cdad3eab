package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WasmNamesTest {

    private static String read(String name) throws CharacterCodingException {
        byte[] bytes = ("<" + name + ">").getBytes(StandardCharsets.UTF_8);
        return WasmNames.read(bytes, 1, bytes.length - 2);
    }

    @Test
    void givesTheSameObjectForTheSameName() throws CharacterCodingException {
        assertThat(read("wasi:io/poll@0.2.0")).isEqualTo("wasi:io/poll@0.2.0").isSameAs(read("wasi:io/poll@0.2.0"));
        assertThat(read("")).isEmpty();
    }

    @Test
    void readsWhatIsNotAsciiAndWhatIsLong() throws CharacterCodingException {
        for (int i = 0; i < 2; i++) {
            assertThat(read("größe 🜁")).isEqualTo("größe 🜁");
            assertThat(read("\u00c3\u00a9")).isEqualTo("\u00c3\u00a9"); // looks in Latin-1 like the next one's bytes
            assertThat(read("\u00e9")).isEqualTo("\u00e9");
            assertThat(read("\ufffd")).isEqualTo("\ufffd");
            assertThat(read("x".repeat(5000))).hasSize(5000);
        }
    }

    @Test
    void refusesWhatIsNoUtf8() {
        assertThatThrownBy(() -> WasmNames.read(new byte[] {'a', (byte) 0xc3}, 0, 2))
                .isInstanceOf(CharacterCodingException.class);
    }

    /** Names that share a slot, in every order. */
    @Test
    void isNeverAnotherName() throws CharacterCodingException {
        Random random = new Random(4);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(4)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) random.nextInt(0x80);
            }
            assertThat(WasmNames.read(bytes, 0, bytes.length)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
