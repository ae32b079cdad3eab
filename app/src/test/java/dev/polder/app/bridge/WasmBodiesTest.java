package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.mesh.proxy.BodyReader;
import dev.polder.mesh.proxy.BodyWriter;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.wasm.wasi.p2.http.ChunkSubscriber;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpField;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WasmBodiesTest {

    /** A connection that takes what it is told to and keeps what it took. */
    private static final class Slow implements BodyWriter {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        final List<Runnable> waiting = new ArrayList<>();

        @Nullable
        List<HttpHeader> ended;

        boolean aborted;
        int room;

        @Override
        public int room() {
            return room;
        }

        @Override
        public void onRoom(Runnable action) {
            waiting.add(action);
        }

        @Override
        public void write(ByteBuffer bytes) {
            assertThat(ended).as("bytes after the end").isNull();
            room -= bytes.remaining();
            while (bytes.hasRemaining()) {
                taken.write(bytes.get());
            }
        }

        @Override
        public void end(List<HttpHeader> trailers) {
            ended = trailers;
        }

        @Override
        public void abort() {
            aborted = true;
        }

        @Override
        public boolean isOpen() {
            return ended == null && !aborted;
        }

        void give(int bytes) {
            room += bytes;
            List<Runnable> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Runnable::run);
        }
    }

    /** Tells the end right behind its only chunk, as a publisher may. */
    private static HttpBody oneChunk(byte[] bytes, @Nullable RuntimeException failure) {
        return new HttpBody(
                to -> to.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long count) {
                        to.onNext(ByteBuffer.wrap(bytes));
                        if (failure == null) {
                            to.onComplete();
                        } else {
                            to.onError(failure);
                        }
                    }

                    @Override
                    public void cancel() {}
                }),
                CompletableFuture.completedFuture(List.of(new HttpField("x-sum", new byte[] {'7'}))),
                OptionalLong.empty());
    }

    @Test
    void endsABodyOnlyBehindTheChunkThatWaitsForRoom() {
        Slow slow = new Slow();
        slow.room = 3;
        WasmBodies.send(oneChunk("0123456789".getBytes(StandardCharsets.US_ASCII), null), slow);
        assertThat(slow.taken.size()).as("a small chunk is not cut").isZero();
        slow.give(4);
        assertThat(slow.taken.size()).isZero();
        assertThat(slow.ended).isNull();
        slow.give(100);
        assertThat(slow.taken.toString(StandardCharsets.US_ASCII)).isEqualTo("0123456789");
        assertThat(slow.ended).containsExactly(new HttpHeader("x-sum", "7"));
    }

    @Test
    void sendsOfALargeChunkWhatThereIsRoomFor() {
        Slow slow = new Slow();
        slow.room = 3;
        WasmBodies.send(oneChunk(new byte[BodyWriter.CAPACITY], null), slow);
        assertThat(slow.taken.size()).isEqualTo(3);
        slow.give(10);
        assertThat(slow.taken.size()).isEqualTo(13);
        slow.give(BodyWriter.CAPACITY);
        assertThat(slow.taken.size()).isEqualTo(BodyWriter.CAPACITY);
        assertThat(slow.ended).isNotNull();
    }

    @Test
    void cutsABodyThatFailsWhileItsChunkWaits() {
        Slow slow = new Slow();
        slow.room = 3;
        WasmBodies.send(oneChunk(new byte[10], new IllegalStateException("broken")), slow);
        assertThat(slow.aborted).isTrue();
        slow.give(100);
        assertThat(slow.ended).isNull();
    }

    /** A body of the mesh whose parts are there together. */
    private static final class Together implements dev.polder.mesh.proxy.HttpBody {
        private @Nullable BodyReader reader;
        long demanded;

        @Override
        public long length() {
            return UNKNOWN;
        }

        @Override
        public void read(BodyReader to) {
            reader = to;
        }

        @Override
        public void demand(long bytes) {
            demanded += bytes;
        }

        @Override
        public void cancel() {}

        void arrive(String... parts) {
            reader.onParts(Stream.of(parts)
                    .map(part -> ByteBuffer.wrap(part.getBytes(StandardCharsets.US_ASCII)))
                    .toList());
        }
    }

    private static class Kept implements Flow.Subscriber<ByteBuffer> {
        final List<String> seen = new ArrayList<>();
        Flow.@Nullable Subscription from;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            from = subscription;
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            seen.add(text(chunk));
        }

        static String text(ByteBuffer chunk) {
            return StandardCharsets.US_ASCII.decode(chunk).toString();
        }

        @Override
        public void onError(Throwable failure) {
            seen.add(failure.toString());
        }

        @Override
        public void onComplete() {
            seen.add("end");
        }
    }

    private static final class KeptTogether extends Kept implements ChunkSubscriber {
        @Override
        public void onChunks(List<ByteBuffer> chunks) {
            seen.add(chunks.stream().map(Kept::text).toList().toString());
        }
    }

    @Test
    void handsTogetherWhatCameTogetherAsFarAsItWasRequested() {
        Together body = new Together();
        KeptTogether kept = new KeptTogether();
        WasmBodies.toWasm(body).chunks().subscribe(kept);
        kept.from.request(2);
        assertThat(body.demanded).isPositive();
        body.arrive("a", "b", "c");
        assertThat(kept.seen).containsExactly("[a, b]");
        kept.from.request(1);
        assertThat(kept.seen).containsExactly("[a, b]", "[c]");
        body.reader.onEnd(List.of());
        assertThat(kept.seen).endsWith("end");
    }

    @Test
    void handsOneByOneToWhoKnowsNoOtherWay() {
        Together body = new Together();
        Kept kept = new Kept();
        WasmBodies.toWasm(body).chunks().subscribe(kept);
        kept.from.request(Long.MAX_VALUE);
        body.arrive("a", "b");
        assertThat(kept.seen).containsExactly("a", "b");
    }
}
