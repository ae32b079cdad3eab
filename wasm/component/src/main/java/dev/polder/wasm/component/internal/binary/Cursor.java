package dev.polder.wasm.component.internal.binary;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.engine.WasmNames;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the elements of the binary format within a range of bytes, every one checked. */
final class Cursor {

    private final byte[] bytes;
    private final ComponentLimits limits;
    private int position;
    private final int end;

    Cursor(byte[] bytes, int start, int end, ComponentLimits limits) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
        this.limits = limits;
    }

    ComponentLimits limits() {
        return limits;
    }

    int position() {
        return position;
    }

    int end() {
        return end;
    }

    int remaining() {
        return end - position;
    }

    /** A part of the bytes of its own, behind which this one goes on. */
    Cursor part(int length) {
        Cursor part = new Cursor(bytes, position, position + length, limits);
        position += length;
        return part;
    }

    byte[] source() {
        return bytes;
    }

    Problem invalid(String message) {
        return Refusal.invalid(position, message);
    }

    int oneByte() {
        if (position >= end) {
            throw invalid("the bytes end here (expected: more)");
        }
        return bytes[position++] & 0xff;
    }

    /** The next byte, which stays. */
    int peek() {
        int value = oneByte();
        position--;
        return value;
    }

    /** A byte that can have this one value only. */
    void expect(int value, String what) {
        int found = oneByte();
        if (found != value) {
            throw Refusal.invalid(position - 1, what + ": " + hex(found) + " (expected: " + hex(value) + ")");
        }
    }

    static String hex(int value) {
        return "0x" + (value < 16 ? "0" : "") + Integer.toHexString(value);
    }

    /** An index or a number, below 2^31. */
    int u32() {
        int start = position;
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = oneByte();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                if (value > Integer.MAX_VALUE) {
                    throw Refusal.invalid(start, "number " + value + " (expected: below 2147483648)");
                }
                return (int) value;
            }
        }
        throw Refusal.invalid(start, "a number of more than five bytes (expected: at most 32 bits)");
    }

    /** A length in bytes of something that follows. */
    int size(String what) {
        int start = position;
        int size = u32();
        if (size > remaining()) {
            throw Refusal.invalid(
                    start, what + " of " + size + " bytes (expected: at most the " + remaining() + " left)");
        }
        return size;
    }

    /** A list of elements that take one byte or more each. */
    <T> List<T> list(String what, Supplier<T> element) {
        int start = position;
        int count = u32();
        if (count > remaining()) {
            throw Refusal.invalid(
                    start, count + " " + what + " (expected: at most as many as the " + remaining() + " bytes left)");
        }
        if (count > limits.definitions()) {
            throw Refusal.tooLarge(start, count + " " + what + " (expected: at most " + limits.definitions() + ")");
        }
        List<T> list = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    <T> List<T> listOfSome(String what, Supplier<T> element) {
        int start = position;
        List<T> list = list(what, element);
        if (list.isEmpty()) {
            throw Refusal.invalid(start, "no " + what + " (expected: one or more)");
        }
        return list;
    }

    <T> Optional<T> optional(String what, Supplier<T> element) {
        int flag = oneByte();
        return switch (flag) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(element.get());
            default -> throw Refusal.invalid(position - 1, what + ": " + hex(flag) + " (expected: 0x00 or 0x01)");
        };
    }

    String name() {
        int start = position;
        int length = size("name");
        if (length > limits.nameBytes()) {
            throw Refusal.tooLarge(
                    start, "name of " + length + " bytes (expected: at most " + limits.nameBytes() + ")");
        }
        try {
            String name = WasmNames.read(bytes, position, length);
            position += length;
            return name;
        } catch (CharacterCodingException e) {
            throw Refusal.invalid(start, "a name that is no UTF-8 (expected: UTF-8)");
        }
    }

    void expectEnd(String what) {
        if (position != end) {
            throw invalid(what + " has " + (end - position) + " bytes left over (expected: none)");
        }
    }
}
