package dev.polder.wasm.wasi;

import java.security.SecureRandom;

/** The machine's secure random numbers, for any thread. */
final class SystemRandom {

    private static final SecureRandom RANDOM = new SecureRandom();

    private SystemRandom() {}

    static void fill(byte[] bytes) {
        RANDOM.nextBytes(bytes);
    }
}
