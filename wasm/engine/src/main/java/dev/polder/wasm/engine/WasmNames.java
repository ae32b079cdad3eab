package dev.polder.wasm.engine;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads names of binaries. Every app imports the same few hundred of WASI, so those that were met lately are kept and given
 * again: loading an app that was idle makes half as many objects then. Any thread may call it; a race costs one more object.
 */
public final class WasmNames {

    private static final int LONGEST = 128;
    private static final int SLOTS = 4096; // a power of two
    private static final @Nullable String[] MET = new String[SLOTS];

    private WasmNames() {}

    /**
     * The name in {@code length} bytes from {@code at} on.
     *
     * @throws CharacterCodingException when they are no UTF-8
     */
    public static String read(byte[] bytes, int at, int length) throws CharacterCodingException {
        int hash = length;
        for (int i = at; i < at + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
        String met = MET[slot];
        if (met != null && isAscii(met, bytes, at, length)) {
            return met;
        }
        String name = new String(bytes, at, length, StandardCharsets.UTF_8);
        if (name.indexOf('\uFFFD') >= 0) { // it may stand for what is no UTF-8
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
        }
        if (length <= LONGEST) {
            MET[slot] = name;
        }
        return name;
    }

    /** Whether a name is these bytes, each of them one character. */
    private static boolean isAscii(String name, byte[] bytes, int at, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[at + i] != name.charAt(i)) { // a byte of more than one is negative, and no character is
                return false;
            }
        }
        return true;
    }
}
