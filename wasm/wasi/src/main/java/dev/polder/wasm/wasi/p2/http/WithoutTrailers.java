package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** The chunks of a body for a client that cannot send trailers: a body that has some fails, instead of losing them. */
record WithoutTrailers(HttpBody body) implements Flow.Publisher<ByteBuffer> {

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
        body.chunks().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                to.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer chunk) {
                to.onNext(chunk);
            }

            @Override
            public void onError(Throwable thrown) {
                to.onError(thrown);
            }

            @Override
            public void onComplete() {
                if (body.trailers().getNow(java.util.List.of()).isEmpty()) {
                    to.onComplete();
                } else {
                    to.onError(new HttpFailure(HttpErrorCode.internal("trailers cannot be sent by this client")));
                }
            }
        });
    }
}
