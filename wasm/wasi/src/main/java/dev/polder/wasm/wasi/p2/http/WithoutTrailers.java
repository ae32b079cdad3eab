package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a body for the JDK's client, which cannot send trailers: a body that has some fails, instead of losing them.
 *
 * <p>A body may end before anybody asked for a chunk. The client then reads a field that it has not set yet, and now and
 * then the request fails of that ({@code Http1Exchange.bodySubscriber}, JDK 25); so an end is told after it asked.
 */
record WithoutTrailers(HttpBody body) implements Flow.Publisher<ByteBuffer> {

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
        body.chunks().subscribe(new Late(body, to));
    }

    private static final class Late implements Flow.Subscriber<ByteBuffer> {
        private final HttpBody body;
        private final Flow.Subscriber<? super ByteBuffer> to;
        private boolean asked;
        private @Nullable Runnable end;

        Late(HttpBody body, Flow.Subscriber<? super ByteBuffer> to) {
            this.body = body;
            this.to = to;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            to.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    subscription.request(count);
                    Runnable waiting;
                    synchronized (Late.this) {
                        asked = true;
                        waiting = end;
                        end = null;
                    }
                    if (waiting != null) {
                        waiting.run();
                    }
                }

                @Override
                public void cancel() {
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            to.onNext(chunk);
        }

        @Override
        public void onError(Throwable thrown) {
            end(() -> to.onError(thrown));
        }

        @Override
        public void onComplete() {
            if (body.trailers().getNow(List.of()).isEmpty()) {
                end(to::onComplete);
            } else {
                end(() ->
                        to.onError(new HttpFailure(HttpErrorCode.internal("trailers cannot be sent by this client"))));
            }
        }

        private void end(Runnable tell) {
            synchronized (this) {
                if (!asked) {
                    end = tell;
                    return;
                }
            }
            tell.run();
        }
    }
}
