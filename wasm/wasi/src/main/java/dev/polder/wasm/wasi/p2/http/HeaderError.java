package dev.polder.wasm.wasi.p2.http;

/** The variant {@code header-error}. */
public sealed interface HeaderError {

    record InvalidSyntax() implements HeaderError {}

    record Forbidden() implements HeaderError {}

    record Immutable() implements HeaderError {}
}
