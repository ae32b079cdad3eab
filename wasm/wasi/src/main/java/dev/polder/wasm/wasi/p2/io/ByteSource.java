package dev.polder.wasm.wasi.p2.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where an input stream has its bytes from. Called on the guest's thread. */
public interface ByteSource extends Readiness, AutoCloseable {

    /**
     * Bytes that are there now, from position to limit; handed over.
     *
     * @param max the most that may be given, one or more
     * @return an empty buffer when none are there yet, null at the end
     */
    @Nullable
    ByteBuffer read(int max) throws IOException;

    /** Whether {@link #read} would give bytes, the end or a failure. */
    @Override
    boolean ready();

    /** Nobody reads any more. */
    @Override
    default void close() {}
}
