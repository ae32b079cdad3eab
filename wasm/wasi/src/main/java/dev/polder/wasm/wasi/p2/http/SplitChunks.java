package dev.polder.wasm.wasi.p2.http;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the lists of buffers of the JDK's client into single chunks; asks for a list when the one before is used up. */
final class SplitChunks implements Flow.Publisher<ByteBuffer> {

    private final Flow.Publisher<List<ByteBuffer>> lists;
    private final CompletableFuture<List<HttpField>> trailers;
    private final Function<Throwable, HttpErrorCode> codes;

    /** @param trailers completed as empty at the end, failed with the body */
    SplitChunks(
            Flow.Publisher<List<ByteBuffer>> lists,
            CompletableFuture<List<HttpField>> trailers,
            Function<Throwable, HttpErrorCode> codes) {
        this.lists = lists;
        this.trailers = trailers;
        this.codes = codes;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
        lists.subscribe(new Splitter(to));
    }

    private final class Splitter implements Flow.Subscriber<List<ByteBuffer>>, Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> to;
        private final AtomicInteger drains = new AtomicInteger();
        private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
        private Flow.@Nullable Subscription from;
        private @Nullable HttpFailure failure;
        private long demand;
        private boolean asked;
        private boolean ended;
        private boolean told;

        Splitter(Flow.Subscriber<? super ByteBuffer> to) {
            this.to = to;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            from = subscription;
            to.onSubscribe(this);
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            }
            drain();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                told = true;
                chunks.clear();
            }
            if (from != null) {
                from.cancel();
            }
            trailers.cancel(false);
        }

        @Override
        public void onNext(List<ByteBuffer> list) {
            synchronized (this) {
                asked = false;
                list.stream().filter(ByteBuffer::hasRemaining).forEach(chunks::add);
            }
            drain();
        }

        @Override
        public void onError(Throwable thrown) {
            synchronized (this) {
                failure = new HttpFailure(codes.apply(thrown));
                ended = true;
            }
            drain();
        }

        @Override
        public void onComplete() {
            synchronized (this) {
                ended = true;
            }
            drain();
        }

        private void drain() {
            if (drains.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            do {
                while (step()) {
                    // one chunk each
                }
                seen = drains.addAndGet(-seen);
            } while (seen != 0);
        }

        private boolean step() {
            ByteBuffer chunk;
            boolean ask = false;
            boolean finish = false;
            synchronized (this) {
                if (told) {
                    return false;
                }
                chunk = demand > 0 ? chunks.poll() : null;
                if (chunk != null) {
                    demand--;
                } else if (chunks.isEmpty() && ended) {
                    told = true;
                    finish = true;
                } else if (chunks.isEmpty() && demand > 0 && !asked) {
                    asked = true;
                    ask = true;
                }
            }
            if (chunk != null) {
                to.onNext(chunk);
                return true;
            }
            if (ask && from != null) {
                from.request(1);
            } else if (finish) {
                end();
            }
            return false;
        }

        private void end() {
            HttpFailure broken = failure;
            if (broken != null) {
                trailers.completeExceptionally(broken);
                to.onError(broken);
            } else {
                trailers.complete(List.of());
                to.onComplete();
            }
        }
    }
}
