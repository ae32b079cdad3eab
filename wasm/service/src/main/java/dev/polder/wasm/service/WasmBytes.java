package dev.polder.wasm.service;

import java.nio.charset.StandardCharsets;

/** A part of a wasm file that is read from its beginning to its end. */
final class WasmBytes {

    /** There is less than a length promised. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }

    private final byte[] all;
    private final int end;
    private int at;

    WasmBytes(byte[] all) {
        this(all, 0, all.length);
    }

    private WasmBytes(byte[] all, int at, int end) {
        this.all = all;
        this.at = at;
        this.end = end;
    }

    int left() {
        return end - at;
    }

    /** @throws Malformed as all that read do */
    void skip(int count) {
        if (count < 0 || count > left()) {
            throw new Malformed();
        }
        at += count;
    }

    int u8() {
        skip(1);
        return all[at - 1] & 0xff;
    }

    /** LEB128 of at most 32 bits; one that is negative as an int is too long for any part. */
    int u32() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = u8();
            value |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new Malformed();
    }

    WasmBytes part(int length) {
        int from = at;
        skip(length);
        return new WasmBytes(all, from, at);
    }

    String text() {
        WasmBytes part = part(u32());
        return new String(all, part.at, part.left(), StandardCharsets.UTF_8);
    }
}
