package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.p2.clocks.Datetime;

/** The variant {@code new-timestamp}. */
public sealed interface NewTimestamp {

    record NoChange() implements NewTimestamp {}

    record Now() implements NewTimestamp {}

    record Timestamp(Datetime time) implements NewTimestamp {}
}
