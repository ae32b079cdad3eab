package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The resource {@code future-incoming-response}. */
public final class FutureIncomingResponse extends Resource {

    private final CompletableFuture<OutgoingHttp.Response> future;
    private final Timeouts timeouts;
    private final Runnable release;
    private boolean taken;

    /** @param release run once the exchange is over, perhaps more than once, on any thread */
    @SuppressWarnings("FutureReturnValueIgnored") // it only raises the signal
    FutureIncomingResponse(
            GuestIo io, CompletableFuture<OutgoingHttp.Response> future, Timeouts timeouts, Runnable release) {
        super(io);
        this.future = future;
        this.timeouts = timeouts;
        this.release = release;
        future.whenComplete((_, failure) -> {
            if (failure != null) {
                release.run();
            }
            io.signal().raise();
        });
    }

    /** Ready when {@link #get} gives something. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, future::isDone);
    }

    /** Nothing yet; then the response once, or why there is none; then an error. */
    @Wit("get")
    public Optional<Result<Result<IncomingResponse, HttpErrorCode>, @Nullable Void>> get() {
        if (taken) {
            return Optional.of(Result.err(null));
        }
        if (!future.isDone()) {
            return Optional.empty();
        }
        taken = true;
        try {
            OutgoingHttp.Response response = future.join();
            ReceivedBody body = new ReceivedBody(response.body(), io().signal(), timeouts.betweenBytes(), release);
            return Optional.of(
                    Result.ok(Result.ok(new IncomingResponse(io(), response.status(), response.headers(), body))));
        } catch (CompletionException | CancellationException e) {
            return Optional.of(Result.ok(Result.err(HttpFailure.codeOf(e))));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    protected void free() {
        if (taken) {
            return;
        }
        release.run();
        if (!future.cancel(false)) {
            // It came, and nobody looked: its body is not wanted.
            future.thenAccept(response ->
                    new ReceivedBody(response.body(), io().signal(), timeouts.betweenBytes(), release).cancel());
        }
    }
}
