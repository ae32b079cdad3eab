package dev.polder.wasm.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.WasmConfig;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

    private static final String HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private static final String BLOB =
            "{\"mediaType\":\"application/wasm\",\"digest\":\"sha256:" + HEX + "\",\"size\":5}";
    private static final String IMAGE = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_MANIFEST
            + "\",\"config\":" + BLOB + ",\"layers\":[" + BLOB + "],\"annotations\":{\"a\":\"b\"}}";
    private static final String INDEX = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX
            + "\",\"manifests\":[{\"mediaType\":\"x\",\"digest\":\"sha256:" + HEX
            + "\",\"size\":5,\"platform\":{\"architecture\":\"wasm\",\"os\":\"wasip1\"}}]}";
    private static final String CONFIG =
            "{\"created\":\"2026-11-25T10:00:00Z\",\"author\":\"A\",\"architecture\":\"wasm\","
                    + "\"os\":\"wasip2\",\"layerDigests\":[\"sha256:" + HEX
                    + "\"],\"component\":{\"exports\":[\"a\"],\"imports\":[\"b\"],\"target\":null}}";

    private static Manifest read(String json) {
        return Manifest.read(json.getBytes(StandardCharsets.UTF_8), null, "manifest", 2);
    }

    @Test
    void readsWhatItWrites() {
        Manifest.Image image = (Manifest.Image) read(IMAGE);
        assertThat(new String(image.write(), StandardCharsets.UTF_8)).isEqualTo(IMAGE);
        assertThat(((Manifest.Index) read(INDEX)).entries().getFirst().os()).isEqualTo("wasip1");
        WasmConfig config = WasmConfig.read(CONFIG.getBytes(StandardCharsets.UTF_8), "config");
        assertThat(WasmConfig.read(config.write(), "again")).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"schemaVersion\":2 | \"schemaVersion\":1 | expected: 2",
                "\"size\":5 | \"size\":-5 | a whole number from 0",
                "\"size\":5 | \"size\":1e3 | a whole number from 0",
                "\"size\":5 | \"size\":99999999999999999999 | a whole number from 0",
                "sha256: | sha512: | sha256:HEX",
                "\"layers\":[ | \"layers\":[1, | layers[0]",
                "\"annotations\":{ | \"annotations\":{\"x\":1, | annotations.x",
                "\"layers\":[ | \"manifests\":[],\"layers\":[ | an index or an image, not both",
                "image.manifest.v1 | image.manifest.v9 | mediaType"
            })
    void refusesByName(String part, String other, String message) {
        assertThatThrownBy(() -> read(IMAGE.replace(part, other)))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.whoFailed()).isEqualTo(Problem.WhoFailed.UPSTREAM))
                .hasMessageStartingWith("manifest")
                .hasMessageContaining(message);
    }

    @Test
    void refusesTooManyLayersAndASecondOpinionOfTheType() {
        assertThatThrownBy(() -> read(IMAGE.replace("\"layers\":[", "\"layers\":[" + BLOB + "," + BLOB + ",")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.TOO_LARGE));
        byte[] bytes = IMAGE.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Manifest.read(bytes, MediaTypes.IMAGE_INDEX, "manifest", 2))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: the same");
    }

    @FuzzTest(maxDuration = "20s")
    void readsOrRefuses(byte[] bytes) {
        readOrRefuse(bytes);
    }

    @Test
    void readsOrRefusesChangedDocuments() {
        Random random = new Random(20_261_125);
        String[] seeds = {IMAGE, INDEX, CONFIG};
        int good = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(random.nextInt(6) == 0 ? 256 : 0x7f);
            }
            good += readOrRefuse(bytes) ? 1 : 0;
        }
        assertThat(good).isBetween(30, 2_970);
    }

    private static boolean readOrRefuse(byte[] bytes) {
        int good = 0;
        try {
            Manifest.read(bytes, null, "document", 500);
            good++;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).startsWith("document");
        }
        try {
            WasmConfig config = WasmConfig.read(bytes, "document");
            assertThat(WasmConfig.read(config.write(), "again")).isEqualTo(config);
            good++;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).startsWith("document");
        }
        return good > 0;
    }
}
