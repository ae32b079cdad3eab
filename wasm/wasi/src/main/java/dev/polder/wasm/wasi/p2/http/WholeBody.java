package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** A body that is in memory, as one chunk. */
final class WholeBody implements Flow.Publisher<ByteBuffer> {

    private final byte[] bytes;

    WholeBody(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        AtomicBoolean done = new AtomicBoolean();
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                if (!done.getAndSet(true)) {
                    if (bytes.length > 0) {
                        subscriber.onNext(ByteBuffer.wrap(bytes));
                    }
                    subscriber.onComplete();
                }
            }

            @Override
            public void cancel() {
                done.set(true);
            }
        });
        if (bytes.length == 0 && !done.getAndSet(true)) {
            subscriber.onComplete();
        }
    }
}
