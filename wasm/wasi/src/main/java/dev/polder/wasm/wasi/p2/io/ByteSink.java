package dev.polder.wasm.wasi.p2.io;

import dev.polder.kernel.model.BodyBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Where an output stream has its bytes go. Called on the guest's thread. */
public interface ByteSink extends Readiness, AutoCloseable {

    /** How many bytes it takes now; zero when it has to be waited for, negative when it is closed. */
    long room() throws IOException;

    /** Takes bytes, never more than {@link #room} said. */
    void write(MemorySegment bytes) throws IOException;

    /** Takes a buffer over, from position to limit; as {@link #write}. */
    default void give(ByteBuffer bytes) throws IOException {
        write(MemorySegment.ofBuffer(bytes));
        BodyBuffers.giveBack(bytes);
    }

    /** Begins to pass on what it holds. */
    default void flush() throws IOException {}

    /** Whether everything flushed was passed on. */
    default boolean flushed() throws IOException {
        return true;
    }

    /** Whether {@link #room} would not be zero. */
    @Override
    boolean ready();

    /** Nobody writes any more; what it holds is still passed on. */
    @Override
    default void close() {}
}
