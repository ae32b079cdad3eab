package dev.polder.wasm.component.internal.binary;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the elements of the binary format. */
public final class Encoder {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The beginning of a core module. */
    public static Encoder coreModule() {
        return new Encoder().octets(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    }

    /** The beginning of a component. */
    public static Encoder component() {
        return new Encoder().octets(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0});
    }

    public Encoder octet(int value) {
        out.write(value);
        return this;
    }

    public Encoder octets(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Encoder octets(byte[] bytes, int start, int length) {
        out.write(bytes, start, length);
        return this;
    }

    /** An index, a size or a number of elements. */
    public Encoder number(int value) {
        int rest = value;
        while (rest >>> 7 != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    /** An index where a negative number would be something else. */
    public Encoder signed(int index) {
        int rest = index;
        while (rest > 0x3f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    public Encoder name(String name) {
        return sized(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the next byte goes. */
    int size() {
        return out.size();
    }

    /** Bytes with their length in front. */
    public Encoder sized(byte[] bytes) {
        return number(bytes.length).octets(bytes);
    }

    public Encoder section(int id, byte[] content) {
        return octet(id).sized(content);
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
