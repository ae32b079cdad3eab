package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.engine.WasmMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Strings in the memory of a guest. Written with one allocation of the exact size, which the specification's growing in
 * steps comes to as well. Source: CanonicalABI.md, "load_string", "store_string". Public for generated code only.
 */
public final class Strings {

    /** Bit 31 of a length: UTF-16, where Latin-1 is possible too. */
    private static final int TAG = 1 << 31;

    private static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Strings() {}

    /**
     * Reads a string.
     *
     * @param packed pointer in the low half, tagged length in the high
     * @throws dev.polder.wasm.engine.WasmTrap when it is malformed or does not lie in the memory
     */
    public static String load(CallContext cx, long packed) {
        int units = (int) (packed >>> 32);
        return switch (cx.encoding) {
            case UTF8 -> utf8(cx, packed, Integer.toUnsignedLong(units));
            case UTF16 -> utf16(cx, packed, Integer.toUnsignedLong(units));
            case LATIN1_UTF16 ->
                (units & TAG) != 0 ? utf16(cx, packed, units ^ TAG) : latin1(cx, packed, Integer.toUnsignedLong(units));
        };
    }

    /**
     * Takes a string from one guest and puts it into another.
     *
     * @param packed as {@link #load} takes it
     * @return as {@link #store} gives it
     */
    static long transfer(CallContext from, long packed, CallContext to) {
        if (from.encoding != StringEncoding.UTF8 || to.encoding != StringEncoding.UTF8) {
            return store(to, load(from, packed));
        }
        long length = packed >>> 32;
        long source = range(from, packed, 1, length);
        int count = (int) length;
        byte[] bytes = from.state.bytes(count);
        from.memory().read(source, bytes, 0, count);
        if (!isAscii(bytes, count)) {
            decoded(bytes, count);
        }
        long target = to.allocate(1, length);
        to.memory().write(target, bytes, 0, count);
        return Values.pack(target, length);
    }

    private static boolean isAscii(byte[] bytes, int count) {
        int i = 0;
        for (; i + Long.BYTES <= count; i += Long.BYTES) {
            if (((long) LONGS.get(bytes, i) & 0x8080_8080_8080_8080L) != 0) {
                return false;
            }
        }
        for (; i < count; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static long range(CallContext cx, long pointer, int align, long bytes) {
        if (bytes > Shapes.MAX_BYTES) {
            throw Traps.broken("string of " + bytes + " bytes (expected: at most " + Shapes.MAX_BYTES + ")");
        }
        long address = cx.checked(pointer, align, bytes);
        cx.copies(bytes);
        return address;
    }

    private static String utf8(CallContext cx, long pointer, long length) {
        long address = range(cx, pointer, 1, length);
        if (length == 0) {
            return "";
        }
        int count = (int) length;
        byte[] bytes = cx.state.bytes(count);
        cx.memory().read(address, bytes, 0, count);
        return decoded(bytes, count);
    }

    private static String decoded(byte[] bytes, int count) {
        String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
        // Java puts U+FFFD for what is malformed: only where there is one, a slower look is needed.
        if (text.indexOf('\uFFFD') >= 0) {
            checkUtf8(bytes, count);
        }
        return text;
    }

    private static void checkUtf8(byte[] bytes, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
        } catch (CharacterCodingException e) {
            throw Traps.broken("string is not UTF-8: " + e.getMessage());
        }
    }

    private static String latin1(CallContext cx, long pointer, long length) {
        long address = range(cx, pointer, 2, length);
        int count = (int) length;
        byte[] bytes = cx.state.bytes(count);
        cx.memory().read(address, bytes, 0, count);
        return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }

    private static String utf16(CallContext cx, long pointer, long units) {
        long address = range(cx, pointer, 2, units * 2);
        int count = (int) units;
        char[] chars = cx.state.chars(count);
        MemorySegment.copy(cx.memory().slice(address, units * 2), CHAR, 0, chars, 0, count);
        for (int i = 0; i < count; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (i + 1 == count || !Character.isSurrogatePair(chars[i], chars[i + 1])) {
                    throw Traps.broken("string has an unpaired surrogate at " + i);
                }
                i++;
            }
        }
        return new String(chars, 0, count);
    }

    /**
     * Writes a string; unpaired surrogates, which no component may see, become the replacement character or a question
     * mark.
     *
     * @return pointer in the low half, tagged length in the high
     */
    public static long store(CallContext cx, String text) {
        return switch (cx.encoding) {
            case UTF8 -> bytes(cx, text.getBytes(StandardCharsets.UTF_8), 1);
            case UTF16 -> utf16(cx, text, 0);
            case LATIN1_UTF16 ->
                isLatin1(text) ? bytes(cx, text.getBytes(StandardCharsets.ISO_8859_1), 2) : utf16(cx, text, TAG);
        };
    }

    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private static long bytes(CallContext cx, byte[] bytes, int align) {
        long address = cx.allocate(align, bytes.length);
        cx.memory().write(address, bytes, 0, bytes.length);
        return address | (long) bytes.length << 32;
    }

    private static long utf16(CallContext cx, String text, int tag) {
        int count = text.length();
        long address = cx.allocate(2, count * 2L);
        WasmMemory memory = cx.memory();
        char[] chars = cx.state.chars(count);
        text.getChars(0, count, chars, 0);
        for (int i = 0; i < count; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (i + 1 < count && Character.isSurrogatePair(chars[i], chars[i + 1])) {
                    i++;
                } else {
                    chars[i] = '\uFFFD';
                }
            }
        }
        MemorySegment.copy(chars, 0, memory.slice(address, count * 2L), CHAR, 0, count);
        return address | ((count | tag) & 0xFFFF_FFFFL) << 32;
    }
}
