package dev.polder.evidence.sbom;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Small Wasm binaries, written by hand. */
final class Wasm {

    /** An empty module. */
    static final byte[] EMPTY = HexFormat.of().parseHex("0061736d01000000");

    private Wasm() {}

    /** A module with a producers section: {@code field, name, version} triples. */
    static byte[] producedBy(String... triples) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "producers");
        body.write(triples.length / 3);
        for (int i = 0; i < triples.length; i += 3) {
            text(body, triples[i]);
            body.write(1);
            text(body, triples[i + 1]);
            text(body, triples[i + 2]);
        }
        return section(EMPTY, 0, body.toByteArray());
    }

    /** A component that holds a core module. */
    static byte[] component(byte[] module) {
        return section(HexFormat.of().parseHex("0061736d0d000100"), 1, module);
    }

    static byte[] section(byte[] before, int id, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(before);
        bytes.write(id);
        number(bytes, body.length);
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
