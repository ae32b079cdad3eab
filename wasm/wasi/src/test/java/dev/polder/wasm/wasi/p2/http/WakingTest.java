package dev.polder.wasm.wasi.p2.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.wasi.p2.io.Signal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A guest is woken for what it waits for, and not for each chunk that moves. */
class WakingTest {

    private final Signal signal = new Signal();

    private static ByteBuffer chunk(int bytes) {
        return ByteBuffer.wrap(new byte[bytes]);
    }

    /** A body of which nothing comes by itself. */
    private ReceivedBody received() {
        Flow.Publisher<ByteBuffer> chunks = to -> to.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        });
        HttpBody body = new HttpBody(chunks, new CompletableFuture<>(), OptionalLong.empty());
        return new ReceivedBody(body, signal, Duration.ofSeconds(60), () -> {});
    }

    @Test
    void chunksThatComeTogetherWakeTheGuestThatWaitsForThemOnce() throws Exception {
        ReceivedBody body = received();
        assertThat(body.ready()).isFalse();
        long before = signal.count();
        body.onChunks(List.of(chunk(3), chunk(4)));
        assertThat(signal.count()).isEqualTo(before + 1);
        assertThat(body.read(10).remaining()).isEqualTo(3);
        assertThat(body.read(10).remaining()).isEqualTo(4);
    }

    @Test
    void chunksForAGuestThatDidNotLookOrFoundSomeWakeNobody() {
        ReceivedBody body = received();
        assertThat(body.ready()).isFalse();
        body.onNext(chunk(3));
        assertThat(body.ready()).isTrue();
        long before = signal.count();
        body.onNext(chunk(4));
        assertThat(signal.count()).isEqualTo(before);
    }

    @Test
    void aReadThatFoundNothingIsWokenToo() throws Exception {
        ReceivedBody body = received();
        assertThat(body.ready()).isFalse();
        body.onNext(chunk(3));
        assertThat(body.read(10).remaining()).isEqualTo(3);
        assertThat(body.read(10).remaining()).isZero();
        long before = signal.count();
        body.onNext(chunk(4));
        assertThat(signal.count()).isEqualTo(before + 1);
    }

    @Test
    void theEndWakesInAnyCase() {
        ReceivedBody body = received();
        assertThat(body.ready()).isFalse();
        body.onNext(chunk(3));
        long before = signal.count();
        body.onComplete();
        assertThat(signal.count()).isGreaterThan(before);
    }

    /** Takes what it asks for. */
    private static final class Reader implements Flow.Subscriber<ByteBuffer> {
        final List<Integer> sizes = new ArrayList<>();
        Flow.@Nullable Subscription from;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            from = subscription;
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            sizes.add(bytes.remaining());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void aGuestThatFoundTheBodyFullIsWokenWhenHalfIsRead() throws Exception {
        SentBody body = new SentBody(signal, OptionalLong.empty(), false);
        Reader reader = new Reader();
        body.subscribe(reader);
        write(body, 48);
        write(body, 48);
        write(body, 32);
        long before = signal.count();
        reader.from.request(1);
        assertThat(signal.count()).as("nobody waits").isEqualTo(before);
        write(body, 40);
        assertThat(body.ready()).isFalse();
        reader.from.request(1);
        assertThat(body.ready()).isFalse();
        assertThat(signal.count()).as("not half of it yet").isEqualTo(before);
        reader.from.request(1);
        assertThat(signal.count()).isEqualTo(before + 1);
        assertThat(body.ready()).isTrue();
        reader.from.request(1);
        assertThat(signal.count()).as("it found room").isEqualTo(before + 1);
        assertThat(reader.sizes).containsExactly(48 << 10, 48 << 10, 32 << 10, 40 << 10);
    }

    private static void write(SentBody body, int kib) throws IOException {
        body.write(MemorySegment.ofArray(new byte[kib << 10]));
    }
}
