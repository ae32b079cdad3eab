package dev.polder.wasm.wasi.p2.sockets;

/** The enum {@code shutdown-type}. */
public enum ShutdownType {
    RECEIVE,
    SEND,
    BOTH
}
