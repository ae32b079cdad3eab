package dev.polder.wasm.wasi.p2.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Bytes that go at once to something that takes them on the guest's thread: standard output, a file. */
public final class StreamSink implements ByteSink {

    /** How much one write may bring. */
    private static final int ROOM = 64 * 1024;

    /** Takes bytes, all of them. */
    @FunctionalInterface
    public interface Taker {
        void take(MemorySegment bytes) throws IOException;
    }

    private final Taker taker;

    public StreamSink(Taker taker) {
        this.taker = taker;
    }

    @Override
    public long room() {
        return ROOM;
    }

    @Override
    public void write(MemorySegment bytes) throws IOException {
        taker.take(bytes);
    }

    @Override
    public boolean ready() {
        return true;
    }
}
