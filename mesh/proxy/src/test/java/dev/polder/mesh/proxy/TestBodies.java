package dev.polder.mesh.proxy;

import dev.polder.kernel.model.BodyBuffers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The two ends that a runtime would put to bodies: readers, and writers on threads of their own. */
final class TestBodies {

    static final int PART = 64 * 1024;

    private TestBodies() {}

    /** Reads a body, asking again for what came; counts it, and keeps the first part of it as text. */
    static final class Reading implements BodyReader {

        private static final int KEPT = 4096;

        final AtomicLong bytes = new AtomicLong();
        final CompletableFuture<List<HttpHeader>> end = new CompletableFuture<>();
        final CompletableFuture<HttpFailure> failure = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final HttpBody body;
        private volatile boolean paused;

        private Reading(HttpBody body) {
            this.body = body;
        }

        static Reading of(HttpBody body, long demand) {
            Reading reading = new Reading(body);
            body.read(reading);
            if (demand > 0) {
                body.demand(demand);
            }
            return reading;
        }

        static Reading of(HttpBody body) {
            return of(body, PART);
        }

        void pause() {
            paused = true;
        }

        void resume() {
            paused = false;
            body.demand(PART);
        }

        /** The beginning of the body, once it is complete. */
        String text() throws Exception {
            end.get(20, TimeUnit.SECONDS);
            return text.toString();
        }

        @Override
        public void onBytes(ByteBuffer part) {
            int size = part.remaining();
            bytes.addAndGet(size);
            if (text.length() < KEPT) {
                text.append(StandardCharsets.ISO_8859_1.decode(part));
            }
            BodyBuffers.giveBack(part);
            if (!paused) {
                body.demand(size);
            }
        }

        @Override
        public void onEnd(List<HttpHeader> trailers) {
            end.complete(trailers);
        }

        @Override
        public void onBroken(HttpFailure why) {
            failure.complete(why);
        }
    }

    /** Writes many bytes in parts on a virtual thread, waiting for room; ends the body when they are written. */
    static AtomicLong write(BodyWriter writer, long total, List<HttpHeader> trailers) {
        AtomicLong written = new AtomicLong();
        Thread.ofVirtual().start(() -> {
            while (written.get() < total && writer.isOpen()) {
                Semaphore room = new Semaphore(0);
                writer.onRoom(room::release);
                room.acquireUninterruptibly();
                int size = (int) Math.min(Math.min(PART, writer.room()), total - written.get());
                writer.write(new byte[size]);
                written.addAndGet(size);
            }
            writer.end(trailers);
        });
        return written;
    }

    /** Sends back what comes, as fast as it is taken. */
    static void echo(LocalRequest request, LocalResponder responder) {
        echo(request.body(), responder.respond(200, List.of()), null);
    }

    /** @param trailers what the body ends with; null for what it came with */
    static void echo(HttpBody in, BodyWriter out, @Nullable List<HttpHeader> trailers) {
        Echo echo = new Echo(in, out, trailers);
        in.read(echo);
        echo.ask();
    }

    private static final class Echo implements BodyReader {

        private final HttpBody in;
        private final BodyWriter out;
        private final @Nullable List<HttpHeader> trailers;
        private final Queue<ByteBuffer> parts = new ConcurrentLinkedQueue<>();
        private final AtomicLong asked = new AtomicLong();
        private volatile @Nullable List<HttpHeader> last;

        Echo(HttpBody in, BodyWriter out, @Nullable List<HttpHeader> trailers) {
            this.in = in;
            this.out = out;
            this.trailers = trailers;
        }

        @Override
        public void onBytes(ByteBuffer part) {
            asked.addAndGet(-part.remaining());
            parts.add(part);
            send();
        }

        /** Sends what there is room for; asks for more when all is sent. On the event loop, where bytes and room come from. */
        private void send() {
            ByteBuffer part = parts.peek();
            while (part != null && part.remaining() <= out.room()) {
                out.write(parts.remove());
                part = parts.peek();
            }
            List<HttpHeader> fields = last;
            if (part != null) {
                out.onRoom(this::send);
            } else if (fields != null) {
                out.end(fields);
            } else if (asked.get() <= 0) {
                ask();
            }
        }

        private void ask() {
            asked.set(BodyWriter.CAPACITY / 4);
            in.demand(BodyWriter.CAPACITY / 4);
        }

        @Override
        public void onEnd(List<HttpHeader> came) {
            last = trailers == null ? came : trailers;
            send();
        }

        @Override
        public void onBroken(HttpFailure failure) {
            out.abort();
        }
    }

    /** What came of a request. */
    static final class Answer implements ResponseListener {

        final CompletableFuture<ClientResponse> response = new CompletableFuture<>();
        final CompletableFuture<HttpFailure> failure = new CompletableFuture<>();
        final StringBuilder interim = new StringBuilder();

        @Override
        public void onInterim(int status, List<HttpHeader> headers) {
            interim.append(status).append(headers);
        }

        @Override
        public void onResponse(ClientResponse head) {
            response.complete(head);
        }

        @Override
        public void onFailed(HttpFailure why) {
            failure.complete(why);
        }

        ClientResponse head() throws Exception {
            try {
                return response.get(10, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("no response, but " + failure.getNow(null), e);
            }
        }

        String text() throws Exception {
            return Reading.of(head().body()).text();
        }

        HttpFailure failed() throws Exception {
            return failure.get(15, TimeUnit.SECONDS);
        }
    }

    static @Nullable String header(List<HttpHeader> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(HttpHeader::value)
                .findFirst()
                .orElse(null);
    }
}
