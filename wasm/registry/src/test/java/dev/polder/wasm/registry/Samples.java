package dev.polder.wasm.registry;

import dev.polder.wasm.registry.LockedApp.Component;
import dev.polder.wasm.registry.LockedApp.Content;
import dev.polder.wasm.registry.LockedApp.Mount;
import dev.polder.wasm.registry.LockedApp.Source;
import dev.polder.wasm.registry.LockedApp.Trigger;
import dev.polder.wasm.registry.LockedApp.Variable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Modules, components and apps to push. */
final class Samples {

    private Samples() {}

    /** A valid core module: the header and one custom section of noise. */
    static byte[] module(int bytes, long seed) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 0});
        leb(out, bytes + 2);
        out.write(1);
        out.write('n');
        out.writeBytes(noise);
        return out.toByteArray();
    }

    /** A component that imports an instance of one empty type and exports it again. */
    static byte[] component(String imported, String exported) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0});
        section(out, 7, new byte[] {1, 0x42, 0});
        ByteArrayOutputStream imports = new ByteArrayOutputStream();
        imports.write(1);
        name(imports, imported);
        imports.writeBytes(new byte[] {5, 0});
        section(out, 10, imports.toByteArray());
        ByteArrayOutputStream exports = new ByteArrayOutputStream();
        exports.write(1);
        name(exports, exported);
        exports.writeBytes(new byte[] {5, 0, 0});
        section(out, 11, exports.toByteArray());
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, byte[] content) {
        out.write(id);
        leb(out, content.length);
        out.writeBytes(content);
    }

    private static void name(ByteArrayOutputStream out, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        out.write(0);
        leb(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void leb(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /** An app of two components; the first has a folder with a small, an empty and a larger file. */
    static LockedApp app(Path folder) throws IOException {
        Path assets = Files.createDirectories(folder.resolve("assets/css"));
        Files.writeString(assets.resolve("small.css"), "body {}");
        Files.writeString(folder.resolve("assets/empty"), "");
        Files.write(folder.resolve("assets/large.bin"), module(100_000, 3));
        Path first = Files.write(folder.resolve("first.wasm"), module(5_000, 1));
        Path second = Files.write(folder.resolve("second.wasm"), module(300_000, 2));
        return new LockedApp(
                List.of(),
                object("{\"name\":\"shop\",\"version\":\"1.2.0\",\"authors\":[\"A <a@shop.example>\",\"B\"]}"),
                object("{}"),
                Map.of("colour", new Variable("what it is painted in", "red", false)),
                List.of(new Trigger(
                        "trigger--first", "http", object("{\"component\":\"first\",\"route\":\"/...\"}"), Map.of())),
                List.of(
                        component("first", first, List.of(new Mount(Content.of(folder.resolve("assets")), "/"))),
                        component("second", second, List.of())));
    }

    static Component component(String id, Path wasm, List<Mount> files) {
        return new Component(
                id,
                object("{}"),
                new Source(MediaTypes.WASM, Content.of(wasm)),
                Map.of("LEVEL", "info"),
                files,
                Map.of("paint", "{{ colour }}"),
                Map.of(),
                Map.of(),
                object("{}"));
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
