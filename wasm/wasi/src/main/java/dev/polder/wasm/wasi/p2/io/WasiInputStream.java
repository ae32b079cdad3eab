package dev.polder.wasm.wasi.p2.io;

import dev.polder.kernel.model.BodyBuffers;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestTime;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The resource {@code input-stream}. */
public final class WasiInputStream extends Resource {

    /** The most that one read gives: what the host holds for it. */
    private static final int PART = 64 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteSource source;
    private @Nullable ByteBuffer lent;
    private boolean closed;

    public WasiInputStream(GuestIo io, @Nullable Resource parent, ByteSource source) {
        super(io, parent);
        this.source = source;
    }

    public WasiInputStream(GuestIo io, ByteSource source) {
        this(io, null, source);
    }

    /** What is there, up to {@code len} bytes; may be nothing. */
    @Wit("read")
    public Result<MemorySegment, StreamError> read(long len) {
        return lend(take(len, false));
    }

    /** One byte or more, up to {@code len}. */
    @Wit("blocking-read")
    public Result<MemorySegment, StreamError> blockingRead(long len) {
        return lend(take(len, true));
    }

    /** What the guest gets by value: the buffer is ours again when it calls the next time. */
    private Result<MemorySegment, StreamError> lend(Result<ByteBuffer, StreamError> taken) {
        return switch (taken) {
            case Result.Err<ByteBuffer, StreamError>(StreamError error) -> Result.err(error);
            case Result.Ok<ByteBuffer, StreamError>(ByteBuffer bytes) -> {
                lent = bytes;
                yield Result.ok(MemorySegment.ofBuffer(bytes));
            }
        };
    }

    private void takeBack() {
        ByteBuffer bytes = lent;
        lent = null;
        if (bytes != null) {
            BodyBuffers.giveBack(bytes);
        }
    }

    @Wit("skip")
    public Result<Long, StreamError> skip(long len) {
        return count(take(len, false));
    }

    @Wit("blocking-skip")
    public Result<Long, StreamError> blockingSkip(long len) {
        return count(take(len, true));
    }

    /** Ready when a read gives bytes, the end or a failure. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, readiness());
    }

    Readiness readiness() {
        return new Readiness() {
            @Override
            public boolean ready() {
                return closed || source.ready();
            }

            @Override
            public long nanosLeft() {
                return source.nanosLeft();
            }
        };
    }

    private static Result<Long, StreamError> count(Result<ByteBuffer, StreamError> read) {
        return switch (read) {
            case Result.Ok<ByteBuffer, StreamError>(ByteBuffer bytes) -> {
                long count = bytes.remaining();
                BodyBuffers.giveBack(bytes);
                yield Result.ok(count);
            }
            case Result.Err<ByteBuffer, StreamError>(StreamError error) -> Result.err(error);
        };
    }

    /** Bytes for the caller, who owns them from then on. */
    Result<ByteBuffer, StreamError> take(long len, boolean block) {
        takeBack();
        if (closed) {
            return Result.err(StreamError.CLOSED);
        }
        if (len == 0) {
            return Result.ok(NOTHING);
        }
        int max = len < 0 ? PART : (int) Math.min(len, PART);
        try {
            while (true) {
                ByteBuffer bytes = source.read(max);
                if (bytes == null) {
                    closed = true;
                    return Result.err(StreamError.CLOSED);
                }
                if (bytes.hasRemaining() || !block) {
                    return Result.ok(bytes);
                }
                io().await(source);
            }
        } catch (IOException e) {
            closed = true;
            return Result.err(failure(io(), e));
        }
    }

    /** The error of a failed stream. A channel also fails when its thread is interrupted: then the guest has to end. */
    static StreamError failure(GuestIo io, IOException e) {
        if (Thread.currentThread().isInterrupted() || GuestTime.remaining().isZero()) {
            throw GuestTime.ended(e);
        }
        return new StreamError.LastOperationFailed(new IoError(io, e));
    }

    @Override
    protected void free() {
        closed = true;
        takeBack();
        source.close();
    }
}
