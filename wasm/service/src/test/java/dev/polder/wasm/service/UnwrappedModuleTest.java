package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnwrappedModuleTest {

    private static final byte[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
    private static final byte[] WORLD =
            section(0, text("component-type:wit-bindgen:0.43.0:shop"), new byte[] {1, 2, 3});

    @TempDir
    Path folder;

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] section(int id, byte[]... body) {
        byte[] bytes = concat(body);
        return concat(new byte[] {(byte) id, (byte) bytes.length}, bytes);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return concat(new byte[] {(byte) bytes.length}, bytes);
    }

    private static byte[] exports(String... names) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(names.length);
        for (String name : names) {
            all.writeBytes(text(name));
            all.writeBytes(new byte[] {0, 0});
        }
        return section(7, all.toByteArray());
    }

    @Test
    void aWorldMakesTheDifferenceAndTheStartSaysWhich() {
        assertThat(UnwrappedModule.of(concat(MODULE, exports("run"), WORLD))).contains(new UnwrappedModule(false));
        assertThat(UnwrappedModule.of(concat(MODULE, exports("memory", "_start"), WORLD)))
                .contains(new UnwrappedModule(true));
        assertThat(UnwrappedModule.of(concat(MODULE, exports("_start"), section(0, text("producers")))))
                .isEmpty();
        assertThat(UnwrappedModule.of(concat(COMPONENT, WORLD))).isEmpty();
        assertThat(UnwrappedModule.of(new byte[0])).isEmpty();
    }

    @Test
    void everyFileIsReadToItsEndOrTakenForNone() {
        byte[] good = concat(MODULE, exports("memory", "_start"), WORLD);
        Random random = new Random(20261126);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = good.clone();
            for (int edits = random.nextInt(4); edits >= 0; edits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(UnwrappedModule.of(bytes)).isNotNull();
        }
    }

    @Test
    void withoutTheProgramItStaysAndThatIsSaid() throws IOException {
        byte[] module = concat(MODULE, exports("run"), WORLD);
        Files.write(folder.resolve("a.wasm"), module);
        Files.writeString(folder.resolve("spin.toml"), """
                spin_manifest_version = 2
                [application]
                name = "a"
                [[trigger.http]]
                route = "/..."
                component = "a"
                [component.a]
                source = "a.wasm"
                """);
        List<String> lines = new ArrayList<>();
        AppBuilder builder = new AppBuilder(
                new Toolchains(Map.of("PATH", folder.toString()), folder), folder.resolve("cache"), Builds.SOURCES);

        BuiltApp built = builder.collect(BuildRequest.of(folder, lines::add));

        assertThat(built.components().getFirst().wasm()).isEqualTo(module);
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith(
                        "component a: a.wasm: a core module that was compiled to be a component; it is left as it is")
                .contains("wasm-component-ld is not there");
    }
}
