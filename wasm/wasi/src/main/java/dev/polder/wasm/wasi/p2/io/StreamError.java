package dev.polder.wasm.wasi.p2.io;

/** The variant {@code stream-error}. */
public sealed interface StreamError {

    /** The last operation failed; the stream is closed from now on. */
    record LastOperationFailed(IoError error) implements StreamError {}

    /** Nothing more comes or goes. */
    record Closed() implements StreamError {}

    /** The one of its kind. */
    Closed CLOSED = new Closed();
}
