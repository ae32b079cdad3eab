package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import org.jspecify.annotations.Nullable;

/** The resource {@code incoming-body}. */
public final class IncomingBody extends Resource {

    private final ReceivedBody source;
    private boolean taken;
    private boolean finished;

    IncomingBody(GuestIo io, ReceivedBody source) {
        super(io);
        this.source = source;
    }

    /** The bytes; once. */
    @Wit("stream")
    public Result<WasiInputStream, @Nullable Void> stream() {
        if (taken) {
            return Result.err(null);
        }
        taken = true;
        return Result.ok(new WasiInputStream(io(), this, source));
    }

    /** Gives the body up for its trailers; the rest of the bytes is thrown away. Traps while its stream is there. */
    FutureTrailers finish() {
        requireNoChildren("incoming-body.finish");
        finished = true;
        drop();
        source.discard();
        return new FutureTrailers(io(), source);
    }

    @Override
    protected void free() {
        if (!finished) {
            source.cancel();
        }
    }
}
