package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The resource {@code future-trailers}. */
public final class FutureTrailers extends Resource {

    private final ReceivedBody source;
    private boolean taken;

    @SuppressWarnings("FutureReturnValueIgnored") // it only raises the signal
    FutureTrailers(GuestIo io, ReceivedBody source) {
        super(io);
        this.source = source;
        source.trailers().whenComplete((_, _) -> io.signal().raise());
    }

    private boolean done() {
        // ready() also looks at the time that the rest of the body may take
        return source.trailers().isDone() || (source.ready() && source.failure() != null);
    }

    /** Ready when {@link #get} gives something. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, this::done);
    }

    /** Nothing yet; then the trailers once, or why there are none; then an error. */
    @Wit("get")
    public Optional<Result<Result<Optional<Fields>, HttpErrorCode>, @Nullable Void>> get() {
        if (taken) {
            return Optional.of(Result.err(null));
        }
        if (!done()) {
            return Optional.empty();
        }
        taken = true;
        return Optional.of(Result.ok(trailers()));
    }

    private Result<Optional<Fields>, HttpErrorCode> trailers() {
        HttpErrorCode failure = source.failure();
        if (failure != null) {
            return Result.err(failure);
        }
        CompletableFuture<List<HttpField>> future = source.trailers();
        try {
            List<HttpField> fields = future.join();
            return Result.ok(
                    fields.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Fields.immutable(io(), null, Fields.visible(fields))));
        } catch (CompletionException | java.util.concurrent.CancellationException e) {
            return Result.err(HttpFailure.codeOf(e));
        }
    }

    @Override
    protected void free() {
        source.cancel();
    }
}
