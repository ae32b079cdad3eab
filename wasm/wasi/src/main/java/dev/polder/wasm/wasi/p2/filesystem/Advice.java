package dev.polder.wasm.wasi.p2.filesystem;

/** The enum {@code advice}; may be left unheeded, and is. */
public enum Advice {
    NORMAL,
    SEQUENTIAL,
    RANDOM,
    WILL_NEED,
    DONT_NEED,
    NO_REUSE
}
