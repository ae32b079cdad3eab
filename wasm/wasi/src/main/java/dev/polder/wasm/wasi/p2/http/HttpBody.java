package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A body on its way, in either direction: chunks that are pulled, one for each {@code request(1)}, then trailers. Read by
 * one subscriber, once. A chunk belongs to the subscriber from then on, and should not be larger than 64 KiB. A body that
 * breaks off ends with {@code onError}, of {@link HttpFailure} where there is a code for it.
 *
 * @param chunks the bytes; calls its subscriber on any thread, one after the other
 * @param trailers done when the chunks are; empty without trailers, failed when the body is
 * @param length the length when it is known before
 */
public record HttpBody(
        Flow.Publisher<ByteBuffer> chunks, CompletableFuture<List<HttpField>> trailers, OptionalLong length) {

    /** No bytes, no trailers. */
    public static HttpBody empty() {
        return of(new byte[0]);
    }

    /** Bytes that are there already. */
    public static HttpBody of(byte[] bytes) {
        return new HttpBody(
                new WholeBody(bytes), CompletableFuture.completedFuture(List.of()), OptionalLong.of(bytes.length));
    }
}
