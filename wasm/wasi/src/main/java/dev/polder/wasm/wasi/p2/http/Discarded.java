package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** Reads a body to its end and keeps nothing of it. */
final class Discarded implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer chunk) {
        // not kept
    }

    @Override
    public void onError(Throwable failure) {
        // nobody waits for its end
    }

    @Override
    public void onComplete() {
        // nobody waits for its end
    }
}
