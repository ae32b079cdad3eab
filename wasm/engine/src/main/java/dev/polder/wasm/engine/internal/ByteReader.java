package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.engine.WasmNames;
import java.nio.charset.CharacterCodingException;
import java.util.OptionalLong;

/** Reads the elements of the binary format, every one checked. (WebAssembly core specification, sections 5.2 and 5.4.) */
final class ByteReader {

    /** The bytes break a rule of the format. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int offset;

        Malformed(String message, int offset) {
            super(message);
            this.offset = offset;
        }

        /** The same for whoever brought the module: INVALID, with the offset. */
        Problem problem() {
            return new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    String.valueOf(getMessage()),
                    Where.of("module byte " + offset),
                    this);
        }
    }

    private static final int MAX_NAME = 100_000;

    private final byte[] bytes;
    private int position;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int position() {
        return position;
    }

    int remaining() {
        return bytes.length - position;
    }

    Malformed malformed(String message) {
        return new Malformed(message, position);
    }

    int oneByte() {
        if (position >= bytes.length) {
            throw malformed("the module ends here (expected: more)");
        }
        return bytes[position++] & 0xff;
    }

    int peek() {
        int value = oneByte();
        position--;
        return value;
    }

    int fixedInt() {
        return oneByte() | oneByte() << 8 | oneByte() << 16 | oneByte() << 24;
    }

    long u32() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = oneByte();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                if (value > 0xFFFF_FFFFL) {
                    throw malformed("number " + value + " (expected: at most 32 bits)");
                }
                return value;
            }
        }
        throw malformed("a number of more than five bytes (expected: at most 32 bits)");
    }

    OptionalLong optionalU32(boolean present) {
        return present ? OptionalLong.of(u32()) : OptionalLong.empty();
    }

    /** An index, which no list can hold as many as to overflow. */
    int index() {
        long value = u32();
        if (value > Integer.MAX_VALUE) {
            throw malformed("index " + value + " (expected: below 2147483648)");
        }
        return (int) value;
    }

    /** The number of elements that follow, each of one byte or more. */
    int count() {
        return size("a list's elements");
    }

    int size(String what) {
        long value = u32();
        if (value > remaining()) {
            throw malformed(what + ": " + value + " bytes or more (expected: at most the " + remaining() + " left)");
        }
        return (int) value;
    }

    void skipTo(int end) {
        position = end;
    }

    String name() {
        int length = size("name");
        if (length > MAX_NAME) {
            throw malformed("name: " + length + " bytes (expected: at most " + MAX_NAME + ")");
        }
        try {
            String name = WasmNames.read(bytes, position, length);
            position += length;
            return name;
        } catch (CharacterCodingException e) {
            throw malformed("name: no UTF-8 (expected: UTF-8)");
        }
    }

    /** Skips a constant expression up to and with its {@code end}. */
    void skipConstant() {
        while (true) {
            int opcode = oneByte();
            switch (opcode) {
                case 0x0b -> {
                    return;
                }
                case 0x23, 0xd2 -> u32();
                case 0x41, 0x42 -> skipSigned();
                case 0x43 -> skip(4);
                case 0x44 -> skip(8);
                case 0xd0 -> oneByte();
                case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {}
                case 0xfd -> {
                    if (u32() != 12) {
                        throw malformed("vector instruction in a constant (expected: v128.const)");
                    }
                    skip(16);
                }
                default ->
                    throw malformed("instruction 0x" + Integer.toHexString(opcode) + " in a constant expression"
                            + " (expected: a constant one)");
            }
        }
    }

    void skip(int count) {
        if (count > remaining()) {
            throw malformed("the module ends here (expected: " + count + " bytes more)");
        }
        position += count;
    }

    void skipSigned() {
        for (int i = 0; i < 10; i++) {
            if (oneByte() < 0x80) {
                return;
            }
        }
        throw malformed("a number of more than ten bytes (expected: at most 64 bits)");
    }
}
