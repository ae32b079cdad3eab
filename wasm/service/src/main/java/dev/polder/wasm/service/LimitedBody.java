package dev.polder.wasm.service;

import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpErrorCode;
import dev.polder.wasm.wasi.p2.http.HttpFailure;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A body on its way that breaks off when it passes a limit: the guest then reads {@code HTTP-request-body-size}. */
final class LimitedBody implements Flow.Processor<ByteBuffer, ByteBuffer> {

    private final Flow.Publisher<ByteBuffer> from;
    private final long limit;
    private final Runnable onPassed;
    private Flow.@Nullable Subscription subscription;
    private Flow.@Nullable Subscriber<? super ByteBuffer> to;
    private long seen;

    private LimitedBody(Flow.Publisher<ByteBuffer> from, long limit, Runnable onPassed) {
        this.from = from;
        this.limit = limit;
        this.onPassed = onPassed;
    }

    /** @param onPassed told once, on the thread that brings the chunk */
    static HttpBody of(HttpBody body, long limit, Runnable onPassed) {
        boolean known = body.length().isPresent() && body.length().getAsLong() <= limit;
        return known
                ? body
                : new HttpBody(new LimitedBody(body.chunks(), limit, onPassed), body.trailers(), body.length());
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        to = subscriber;
        from.subscribe(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        target().onSubscribe(given);
    }

    @Override
    public void onNext(ByteBuffer chunk) {
        if (seen > limit) {
            return; // on its way when the body was broken off
        }
        seen += chunk.remaining();
        if (seen > limit) {
            if (subscription != null) {
                subscription.cancel();
            }
            onPassed.run();
            target().onError(new HttpFailure(new HttpErrorCode.HttpRequestBodySize(Optional.of(seen))));
        } else {
            target().onNext(chunk);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (seen <= limit) {
            target().onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (seen <= limit) {
            target().onComplete();
        }
    }

    private Flow.Subscriber<? super ByteBuffer> target() {
        if (to == null) {
            throw new IllegalStateException("a chunk before the subscription");
        }
        return to;
    }
}
