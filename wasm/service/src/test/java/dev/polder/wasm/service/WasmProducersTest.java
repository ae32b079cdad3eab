package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WasmProducersTest {

    private static final byte[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] section(int id, byte[] body) {
        // a length in two bytes: up to 16,383
        return concat(new byte[] {(byte) id, (byte) ((body.length & 0x7f) | 0x80), (byte) (body.length >> 7)}, body);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return concat(new byte[] {(byte) bytes.length}, bytes);
    }

    private static byte[] producers(String field, String name, String version) {
        return section(
                0, concat(text("producers"), new byte[] {1}, text(field), new byte[] {1}, text(name), text(version)));
    }

    @Test
    void theSectionsOfAComponentAndOfWhatIsInItAreRead() {
        byte[] module = concat(MODULE, producers("language", "Rust", ""));
        byte[] inner = concat(COMPONENT, section(1, module));
        byte[] wasm = concat(
                COMPONENT,
                producers("processed-by", "wit-component", "0.227.1"),
                section(4, inner),
                section(1, module));

        WasmProducers producers = WasmProducers.of(wasm);

        assertThat(producers.tools())
                .containsExactly(
                        new WasmProducers.Tool("processed-by", "wit-component", "0.227.1"),
                        new WasmProducers.Tool("language", "Rust", ""));
        assertThat(producers.language()).contains("Rust");
    }

    @Test
    void theLanguageIsThatOfTheAuthorNotOfTheRuntimeBelow() {
        List<WasmProducers.Tool> tools = List.of(
                new WasmProducers.Tool("language", "C_plus_plus_14", ""),
                new WasmProducers.Tool("processed-by", "ComponentizeJS", "0.21.0"));
        assertThat(new WasmProducers(tools).language()).contains("JavaScript");
        assertThat(new WasmProducers(tools.subList(0, 1)).language()).contains("C++");
        assertThat(new WasmProducers(List.of(new WasmProducers.Tool("processed-by", "wit-bindgen-rust", "0.58.0")))
                        .language())
                .contains("Rust");
        assertThat(WasmProducers.of(MODULE).language()).isEmpty();
    }

    private static byte[] name(String module) {
        byte[] text = text(module);
        return section(0, concat(text("name"), new byte[] {0, (byte) text.length}, text));
    }

    /** The runtime of componentize-py is written in Rust, and its component names no other language. */
    @Test
    void pythonIsKnownByItsRuntime() {
        byte[] adapter = concat(MODULE, producers("language", "Rust", ""));
        byte[] runtime = concat(MODULE, name("componentize_py_runtime.wasm"));
        assertThat(WasmProducers.of(concat(COMPONENT, section(1, adapter), section(1, runtime)))
                        .language())
                .contains("Python");
        assertThat(WasmProducers.of(concat(MODULE, name("other.wasm"))).tools()).isEmpty();
    }

    @Test
    void whatIsBrokenSaysNothingAndNeverFails() {
        byte[] wasm = concat(
                COMPONENT,
                section(1, concat(MODULE, producers("language", "Rust", "1.90"), name("componentize_py_runtime.wasm"))),
                producers("sdk", "wit-bindgen", "0.4"));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = wasm.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(broken, random.nextInt(broken.length + 1));
            assertThat(WasmProducers.of(cut).tools())
                    .as("seed " + seed)
                    .hasSizeLessThanOrEqualTo(WasmProducers.MAX_TOOLS);
        }
    }
}
