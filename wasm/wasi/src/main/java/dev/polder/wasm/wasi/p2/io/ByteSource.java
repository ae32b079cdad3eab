package dev.polder.wasm.wasi.p2.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where an input stream has its bytes from. Called on the guest's thread. */
public interface ByteSource extends Readiness, AutoCloseable {

    /**
     * Bytes that are there now.
     *
     * @param max the most that may be given, one or more
     * @return an empty array when none are there yet, null at the end
     */
    byte @Nullable [] read(int max) throws IOException;

    /** Whether {@link #read} would give bytes, the end or a failure. */
    @Override
    boolean ready();

    /** Nobody reads any more. */
    @Override
    default void close() {}
}
