package dev.polder.wasm.wasi.p2.http;

/**
 * A header or trailer field with its name as it was written and its raw value. The array is not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record HttpField(String name, byte[] value) {}
