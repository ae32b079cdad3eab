package dev.polder.wasm.wasi.p2.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.WasmTrap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamsTest {

    private final GuestIo io = new GuestIo(100);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final WasiOutputStream out =
            new WasiOutputStream(io, new StreamSink(bytes -> taken.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE))));

    private static MemorySegment bytes(int count) {
        return MemorySegment.ofArray(new byte[count]);
    }

    private WasiInputStream in(InputStream stream) {
        return new WasiInputStream(io, new PumpedSource(stream, io.signal()));
    }

    private static byte[] bytes(Result<MemorySegment, StreamError> read) {
        return ok(read).toArray(ValueLayout.JAVA_BYTE);
    }

    private static <T> T ok(Result<T, StreamError> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<T, StreamError>) result).value();
    }

    @Test
    void readsToTheEndAndThenIsClosed() {
        WasiInputStream in = in(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)));
        assertThat(bytes(in.blockingRead(2))).asString().isEqualTo("he");
        assertThat(ok(in.blockingSkip(1))).isEqualTo(1L);
        assertThat(bytes(in.blockingRead(-1))).asString().isEqualTo("lo");
        assertThat(bytes(in.read(0))).isEmpty();
        assertThat(in.blockingRead(1)).isEqualTo(Result.err(StreamError.CLOSED));
        assertThat(in.read(1)).isEqualTo(Result.err(StreamError.CLOSED));
    }

    @Test
    void aReadThatHasNothingGivesNothingAndAWaitEndsWhenSomethingComes() throws Exception {
        PipedOutputStream peer = new PipedOutputStream();
        WasiInputStream in = in(new PipedInputStream(peer));
        assertThat(bytes(in.read(10))).isEmpty();
        Pollable pollable = in.subscribe();
        assertThat(pollable.ready()).isFalse();
        Pollable never = Pollable.after(io, Long.MAX_VALUE);
        var writer = CompletableFuture.runAsync(() -> {
            try {
                peer.write('x');
                peer.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(new Poll(io).poll(List.of(never, pollable))).containsExactly(1);
        assertThat(bytes(in.read(10))).containsExactly('x');
        writer.join();
    }

    @Test
    void pollWaitsForTheFirstTimer() {
        long start = System.nanoTime();
        Pollable soon = Pollable.after(io, TimeUnit.MILLISECONDS.toNanos(20));
        Pollable late = Pollable.after(io, TimeUnit.MINUTES.toNanos(1));
        assertThat(new Poll(io).poll(List.of(late, soon))).containsExactly(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(20), Duration.ofSeconds(10));
        assertThatThrownBy(() -> new Poll(io).poll(List.of())).isInstanceOf(WasmTrap.class);
    }

    @Test
    void aFailureIsToldOnceAndThenItIsClosed() {
        WasiInputStream in = in(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
        Result<MemorySegment, StreamError> result = in.blockingRead(1);
        assertThat(result).isInstanceOf(Result.Err.class);
        StreamError error = ((Result.Err<MemorySegment, StreamError>) result).error();
        assertThat(((StreamError.LastOperationFailed) error).error().toDebugString())
                .isEqualTo("the disk is on fire");
        assertThat(in.blockingRead(1)).isEqualTo(Result.err(StreamError.CLOSED));
    }

    @Test
    void writesWhatCheckWriteSaysAndNoMore() {
        long room = ok(out.checkWrite());
        assertThat(room).isPositive();
        ok(out.write(bytes((int) room)));
        assertThat(taken.size()).isEqualTo(room);
        assertThatThrownBy(() -> out.write(bytes((int) room + 1)))
                .isInstanceOf(WasmTrap.class)
                .hasMessageContaining("expected: at most " + room);
        assertThatThrownBy(() -> out.blockingWriteAndFlush(bytes(4_097))).isInstanceOf(WasmTrap.class);
        assertThatThrownBy(() -> out.writeZeroes(-1)).isInstanceOf(WasmTrap.class);
    }

    @Test
    void writesZeroesAndSplices() {
        ok(out.writeZeroes(10_000));
        ok(out.blockingWriteZeroesAndFlush(96));
        assertThat(taken.toByteArray()).hasSize(10_096).containsOnly(0);
        taken.reset();
        WasiInputStream in = in(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)));
        assertThat(ok(out.blockingSplice(in, 3))).isEqualTo(3L);
        assertThat(ok(out.blockingSplice(in, -1))).isEqualTo(2L);
        assertThat(taken).hasToString("hello");
        assertThat(out.blockingSplice(in, 1)).isEqualTo(Result.err(StreamError.CLOSED));
    }

    @Test
    void anInterruptEndsAWaitAtOnce() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread guest = Thread.ofPlatform().start(() -> {
            try {
                Pollable.after(io, Long.MAX_VALUE).block();
            } catch (WasmTrap trap) {
                thrown.set(trap);
            }
        });
        guest.interrupt();
        guest.join(5_000);
        assertThat(thrown.get()).isInstanceOf(WasmTrap.class).hasMessageContaining("cancelled");
    }

    @Test
    void handlesHaveALimitThatIsNamed() {
        GuestIo small = new GuestIo(2);
        Pollable first = Pollable.after(small, 0);
        Pollable.after(small, 0);
        assertThatThrownBy(() -> Pollable.after(small, 0))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.members()).containsEntry("limit", "handles"))
                .hasMessage("open handles: 3 (expected: at most 2)");
        first.drop();
        first.drop();
        assertThat(small.handles()).isEqualTo(1);
        Pollable.after(small, 0);
        small.close();
        assertThat(small.handles()).isZero();
    }
}
