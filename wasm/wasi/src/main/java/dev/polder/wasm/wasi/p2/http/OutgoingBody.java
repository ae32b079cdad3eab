package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code outgoing-body}. Dropped without being finished, it is a body that broke off. */
public final class OutgoingBody extends Resource {

    private final SentBody sink;
    private boolean taken;

    OutgoingBody(GuestIo io, SentBody sink) {
        super(io);
        this.sink = sink;
    }

    /** The stream that takes the bytes; once. */
    @Wit("write")
    public Result<WasiOutputStream, @Nullable Void> write() {
        if (taken) {
            return Result.err(null);
        }
        taken = true;
        return Result.ok(new WasiOutputStream(io(), this, sink));
    }

    /** All is written. Traps while its stream is there. */
    Result<@Nullable Void, HttpErrorCode> finish(Optional<Fields> trailers) {
        requireNoChildren("outgoing-body.finish");
        List<HttpField> fields = trailers.map(Fields::handOver).orElse(List.of());
        HttpErrorCode failure = sink.finish(fields);
        drop();
        return failure == null ? Result.ok(null) : Result.err(failure);
    }

    @Override
    protected void free() {
        sink.fail(HttpErrorCode.internal("the guest left its body unfinished"));
    }
}
