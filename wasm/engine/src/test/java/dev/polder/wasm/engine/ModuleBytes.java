package dev.polder.wasm.engine;

import java.io.ByteArrayOutputStream;

/** Makes modules that no text format would make. */
final class ModuleBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ModuleBytes() {
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    }

    ModuleBytes section(int id, byte... content) {
        out.write(id);
        out.writeBytes(number(content.length));
        out.writeBytes(content);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static byte[] number(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = value;
        while (rest > 0x7f) {
            bytes.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    /** A module with this many imports of a function without parameters. */
    static byte[] withImports(int count) {
        ByteArrayOutputStream imports = new ByteArrayOutputStream();
        imports.writeBytes(number(count));
        for (int i = 0; i < count; i++) {
            byte[] name = ("f" + i).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            imports.writeBytes(new byte[] {1, 'm', (byte) name.length});
            imports.writeBytes(name);
            imports.writeBytes(new byte[] {0, 0});
        }
        return new ModuleBytes()
                .section(1, (byte) 1, (byte) 0x60, (byte) 0, (byte) 0)
                .section(2, imports.toByteArray())
                .bytes();
    }
}
