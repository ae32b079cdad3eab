package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;

/** The first eight bytes of a wasm file: the magic number, and the version that tells core modules from components. */
final class WasmHeader {

    private static final int MAGIC = 0x0061736d;
    private static final int CORE = 0x01000000;
    private static final int COMPONENT = 0x0d000100;

    private WasmHeader() {}

    /**
     * Whether it is a component; if not, it is a core module.
     *
     * @param what the file or component, in front of the message
     * @throws Problem INVALID when it is no wasm file
     */
    static boolean isComponent(String what, byte[] wasm) {
        if (wasm.length < 8 || word(wasm, 0) != MAGIC) {
            throw Problem.guest(
                    Problem.Code.INVALID,
                    what + ": " + wasm.length + " bytes that are no wasm file (expected: \\0asm at the beginning)",
                    null);
        }
        if (word(wasm, 4) == COMPONENT) {
            return true;
        }
        if (word(wasm, 4) != CORE) {
            throw Problem.guest(
                    Problem.Code.INVALID,
                    what + ": wasm version 0x" + Integer.toHexString(word(wasm, 4)) + " (expected: a core module of"
                            + " version 1, or a component)",
                    null);
        }
        return false;
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
