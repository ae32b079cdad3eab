package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** A subscriber of a body that takes chunks that are there together in one call, and wakes whoever waits for them once. */
public interface ChunkSubscriber extends Flow.Subscriber<ByteBuffer> {

    /**
     * As {@link #onNext} of each.
     *
     * @param chunks in order, as many as were requested at most, and one at least
     */
    void onChunks(List<ByteBuffer> chunks);
}
