package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The resource {@code output-stream}. */
public final class WasiOutputStream extends Resource {

    /** The most that the blocking functions take in one call. */
    private static final int BLOCKING = 4_096;

    private static final MemorySegment ZEROES = MemorySegment.ofArray(new byte[BLOCKING]);

    private final ByteSink sink;
    private boolean closed;

    public WasiOutputStream(GuestIo io, @Nullable Resource parent, ByteSink sink) {
        super(io, parent);
        this.sink = sink;
    }

    public WasiOutputStream(GuestIo io, ByteSink sink) {
        this(io, null, sink);
    }

    private interface Operation<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private <T extends @Nullable Object> Result<T, StreamError> guarded(Operation<T> operation) {
        if (closed) {
            return Result.err(StreamError.CLOSED);
        }
        try {
            return Result.ok(operation.run());
        } catch (ClosedSink e) {
            closed = true;
            return Result.err(StreamError.CLOSED);
        } catch (IOException e) {
            closed = true;
            return Result.err(WasiInputStream.failure(io(), e));
        }
    }

    private static final class ClosedSink extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private long room() throws IOException {
        long room = sink.room();
        if (room < 0) {
            throw new ClosedSink();
        }
        return room;
    }

    private long awaitRoom() throws IOException {
        while (true) {
            long room = room();
            if (room > 0) {
                return room;
            }
            io().await(sink);
        }
    }

    /** How many bytes {@link #write} takes now. */
    @Wit("check-write")
    public Result<Long, StreamError> checkWrite() {
        return guarded(this::room);
    }

    /** Takes bytes; traps when they are more than {@link #checkWrite} would say. */
    @Wit("write")
    public Result<@Nullable Void, StreamError> write(MemorySegment contents) {
        return guarded(() -> {
            requireRoom("write", contents.byteSize());
            sink.write(contents);
            return null;
        });
    }

    private void requireRoom(String function, long wanted) throws IOException {
        long room = room();
        if (wanted < 0 || wanted > room) {
            throw trap("output-stream." + function + ": " + Long.toUnsignedString(wanted) + " bytes (expected: at most "
                    + room + ", as check-write says)");
        }
    }

    /** Writes all, waiting as long as it takes. Traps beyond 4,096 bytes. */
    @Wit("blocking-write-and-flush")
    public Result<@Nullable Void, StreamError> blockingWriteAndFlush(MemorySegment contents) {
        if (contents.byteSize() > BLOCKING) {
            throw trap("output-stream.blocking-write-and-flush: " + contents.byteSize() + " bytes (expected: at most "
                    + BLOCKING + ")");
        }
        return guarded(() -> {
            writeAll(contents);
            flushAll();
            return null;
        });
    }

    private void writeAll(MemorySegment contents) throws IOException {
        long at = 0;
        while (at < contents.byteSize()) {
            long part = Math.min(awaitRoom(), contents.byteSize() - at);
            sink.write(contents.asSlice(at, part));
            at += part;
        }
    }

    private void flushAll() throws IOException {
        sink.flush();
        while (!sink.flushed()) {
            io().await(() -> {
                try {
                    return sink.flushed();
                } catch (IOException e) {
                    // Told by the call that follows.
                    return true;
                }
            });
        }
    }

    /** Begins to pass on what was written. */
    @Wit("flush")
    public Result<@Nullable Void, StreamError> flush() {
        return guarded(() -> {
            sink.flush();
            return null;
        });
    }

    /** Passes on what was written, and waits for it. */
    @Wit("blocking-flush")
    public Result<@Nullable Void, StreamError> blockingFlush() {
        return guarded(() -> {
            flushAll();
            return null;
        });
    }

    /** Ready when {@link #checkWrite} does not give zero. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, () -> closed || sink.ready());
    }

    /** Like {@link #write}, of zeroes. */
    @Wit("write-zeroes")
    public Result<@Nullable Void, StreamError> writeZeroes(long len) {
        return guarded(() -> {
            requireRoom("write-zeroes", len);
            for (long left = len; left > 0; left -= BLOCKING) {
                sink.write(ZEROES.asSlice(0, Math.min(left, BLOCKING)));
            }
            return null;
        });
    }

    /** Like {@link #blockingWriteAndFlush}, of zeroes. */
    @Wit("blocking-write-zeroes-and-flush")
    public Result<@Nullable Void, StreamError> blockingWriteZeroesAndFlush(long len) {
        if (len < 0 || len > BLOCKING) {
            throw trap("output-stream.blocking-write-zeroes-and-flush: " + Long.toUnsignedString(len)
                    + " bytes (expected: at most " + BLOCKING + ")");
        }
        return blockingWriteAndFlush(ZEROES.asSlice(0, len));
    }

    /** Moves what is there and fits, up to {@code len} bytes. */
    @Wit("splice")
    public Result<Long, StreamError> splice(WasiInputStream from, long len) {
        return move(from, len, false);
    }

    /** Moves one byte or more, up to {@code len}. */
    @Wit("blocking-splice")
    public Result<Long, StreamError> blockingSplice(WasiInputStream from, long len) {
        return move(from, len, true);
    }

    private Result<Long, StreamError> move(WasiInputStream from, long len, boolean block) {
        Result<Long, StreamError> room = guarded(() -> block && len != 0 ? awaitRoom() : room());
        if (!(room instanceof Result.Ok<Long, StreamError>(Long fits))) {
            return room;
        }
        long most = len < 0 ? fits : Math.min(len, fits);
        return switch (from.take(most, block)) {
            case Result.Err<ByteBuffer, StreamError>(StreamError error) -> Result.err(error);
            case Result.Ok<ByteBuffer, StreamError>(ByteBuffer bytes) ->
                guarded(() -> {
                    long count = bytes.remaining();
                    if (count > 0) {
                        sink.give(bytes);
                    }
                    return count;
                });
        };
    }

    @Override
    protected void free() {
        closed = true;
        sink.close();
    }
}
