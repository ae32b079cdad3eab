package dev.polder.app.bridge;

import dev.polder.mesh.proxy.BodyReader;
import dev.polder.mesh.proxy.BodyWriter;
import dev.polder.mesh.proxy.HttpBody;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.wasm.wasi.p2.http.ChunkSubscriber;
import dev.polder.wasm.wasi.p2.http.HttpField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bodies on their way between the mesh, which counts bytes, and guests, which count chunks. Little more is held
 * than two chunks.
 */
final class WasmBodies {

    /** What is asked of the mesh at a time, twice at most before it came. */
    private static final int CHUNK = 64 * 1024;

    private WasmBodies() {}

    /** A body of the mesh as a guest reads it. */
    static dev.polder.wasm.wasi.p2.http.HttpBody toWasm(HttpBody body) {
        if (body.length() == 0) {
            return dev.polder.wasm.wasi.p2.http.HttpBody.empty();
        }
        CompletableFuture<List<HttpField>> trailers = new CompletableFuture<>();
        OptionalLong length = body.length() < 0 ? OptionalLong.empty() : OptionalLong.of(body.length());
        return new dev.polder.wasm.wasi.p2.http.HttpBody(
                subscriber -> new Pulled(body, subscriber, trailers).start(), trailers, length);
    }

    /** Sends a guest's body on, as fast as the other end takes it. */
    static void send(dev.polder.wasm.wasi.p2.http.HttpBody body, BodyWriter writer) {
        body.chunks().subscribe(new Pushed(body, writer));
    }

    static List<HttpHeader> toMesh(List<HttpField> fields) {
        List<HttpHeader> headers = new ArrayList<>(fields.size());
        for (HttpField field : fields) {
            headers.add(new HttpHeader(field.name(), new String(field.value(), StandardCharsets.ISO_8859_1)));
        }
        return headers;
    }

    static List<HttpField> toWasm(List<HttpHeader> headers) {
        List<HttpField> fields = new ArrayList<>(headers.size());
        for (HttpHeader header : headers) {
            fields.add(new HttpField(header.name(), header.value().getBytes(StandardCharsets.ISO_8859_1)));
        }
        return fields;
    }

    /*
     * The mesh hands out parts of any size; the guest's side asks for chunks. A CHUNK of bytes is
     * demanded when chunks are wanted, none wait and no more than another CHUNK is on its way. drain() is entered by any thread and run by one at a time.
     */
    private static final class Pulled implements BodyReader, Flow.Subscription {

        private final HttpBody body;
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final CompletableFuture<List<HttpField>> trailers;
        private final AtomicInteger drains = new AtomicInteger();
        private final Deque<ByteBuffer> parts = new ArrayDeque<>();
        private long wanted;
        private long outstanding;
        private boolean ended;
        private boolean told;
        private @Nullable Throwable failure;

        Pulled(
                HttpBody body,
                Flow.Subscriber<? super ByteBuffer> subscriber,
                CompletableFuture<List<HttpField>> trailers) {
            this.body = body;
            this.subscriber = subscriber;
            this.trailers = trailers;
        }

        void start() {
            subscriber.onSubscribe(this);
            body.read(this);
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
            }
            drain();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                told = true;
                parts.clear();
            }
            trailers.cancel(false);
            body.cancel();
        }

        @Override
        public void onBytes(ByteBuffer bytes) {
            onParts(List.of(bytes));
        }

        @Override
        public void onParts(List<ByteBuffer> more) {
            synchronized (this) {
                for (ByteBuffer bytes : more) {
                    outstanding -= bytes.remaining();
                    if (!told) {
                        parts.add(bytes);
                    }
                }
            }
            drain();
        }

        @Override
        public void onEnd(List<HttpHeader> fields) {
            trailers.complete(toWasm(fields));
            synchronized (this) {
                ended = true;
            }
            drain();
        }

        @Override
        public void onBroken(HttpFailure broken) {
            Throwable problem = WasmFailures.of(broken);
            trailers.completeExceptionally(problem);
            synchronized (this) {
                ended = true;
                failure = problem;
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
                    // as long as there is something to tell
                }
                seen = drains.addAndGet(-seen);
            } while (seen != 0);
        }

        private boolean step() {
            List<ByteBuffer> next;
            boolean end;
            boolean demand;
            synchronized (this) {
                if (told) {
                    return false;
                }
                next = taken();
                end = next.isEmpty() && ended && parts.isEmpty();
                demand = next.isEmpty() && !ended && wanted > 0 && outstanding <= CHUNK;
                told = end;
                if (demand) {
                    outstanding += CHUNK;
                }
            }
            if (!next.isEmpty()) {
                hand(next);
            } else if (end && failure != null) {
                subscriber.onError(failure);
            } else if (end) {
                subscriber.onComplete();
            } else if (demand) {
                body.demand(CHUNK);
            }
            return !next.isEmpty();
        }

        /** The parts that are there and wanted. */
        private List<ByteBuffer> taken() {
            if (wanted == 0 || parts.isEmpty()) {
                return List.of();
            }
            List<ByteBuffer> next = new ArrayList<>(parts.size());
            while (wanted > 0 && !parts.isEmpty()) {
                next.add(parts.remove());
                if (wanted != Long.MAX_VALUE) {
                    wanted--;
                }
            }
            return next;
        }

        private void hand(List<ByteBuffer> next) {
            if (subscriber instanceof ChunkSubscriber many) {
                many.onChunks(next);
            } else {
                next.forEach(subscriber::onNext);
            }
        }
    }

    /*
     * One chunk at a time: the next is asked for when this one found room. A publisher may tell the end while the last
     * chunk still waits for room: then the chunk's sender tells it. Signals come from one thread at a time, room from the
     * event loop.
     */
    private static final class Pushed implements Flow.Subscriber<ByteBuffer> {

        /** Up to this size a chunk waits for room as a whole: there will be that much. */
        private static final int WAITED_FOR = BodyWriter.CAPACITY / 4;

        private final dev.polder.wasm.wasi.p2.http.HttpBody body;
        private final BodyWriter writer;
        private volatile Flow.@Nullable Subscription subscription;
        private boolean sending;
        private boolean ended;

        Pushed(dev.polder.wasm.wasi.p2.http.HttpBody body, BodyWriter writer) {
            this.body = body;
            this.writer = writer;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            synchronized (this) {
                sending = true;
            }
            send(chunk);
        }

        private void send(ByteBuffer chunk) {
            Flow.Subscription from = subscription;
            if (from == null) {
                return;
            }
            if (!writer.isOpen()) {
                from.cancel();
                return;
            }
            int room = writer.room();
            if (chunk.remaining() > room) {
                if (chunk.remaining() > WAITED_FOR && room > 0) {
                    byte[] part = new byte[room];
                    chunk.get(part);
                    writer.write(part);
                }
                writer.onRoom(() -> send(chunk));
                return;
            }
            writer.write(chunk);
            boolean last;
            synchronized (this) {
                sending = false;
                last = ended;
            }
            if (last) {
                end();
            } else {
                from.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            writer.abort();
        }

        @Override
        public void onComplete() {
            synchronized (this) {
                ended = true;
                if (sending) {
                    return;
                }
            }
            end();
        }

        private void end() {
            var _ = body.trailers().whenComplete((fields, failure) -> {
                if (failure == null) {
                    writer.end(toMesh(fields));
                } else {
                    writer.abort();
                }
            });
        }
    }
}
