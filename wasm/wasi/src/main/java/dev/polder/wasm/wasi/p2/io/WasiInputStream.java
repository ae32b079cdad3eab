package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestTime;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The resource {@code input-stream}. */
public final class WasiInputStream extends Resource {

    /** The most that one read gives: what the host holds for it. */
    private static final int PART = 64 * 1024;

    private static final byte[] NOTHING = {};

    private final ByteSource source;
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
    public Result<byte[], StreamError> read(long len) {
        return take(len, false);
    }

    /** One byte or more, up to {@code len}. */
    @Wit("blocking-read")
    public Result<byte[], StreamError> blockingRead(long len) {
        return take(len, true);
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

    private static Result<Long, StreamError> count(Result<byte[], StreamError> read) {
        return switch (read) {
            case Result.Ok<byte[], StreamError>(byte[] bytes) -> Result.ok((long) bytes.length);
            case Result.Err<byte[], StreamError>(StreamError error) -> Result.err(error);
        };
    }

    Result<byte[], StreamError> take(long len, boolean block) {
        if (closed) {
            return Result.err(StreamError.CLOSED);
        }
        if (len == 0) {
            return Result.ok(NOTHING);
        }
        int max = len < 0 ? PART : (int) Math.min(len, PART);
        try {
            while (true) {
                byte[] bytes = source.read(max);
                if (bytes == null) {
                    closed = true;
                    return Result.err(StreamError.CLOSED);
                }
                if (bytes.length > 0 || !block) {
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
        source.close();
    }
}
