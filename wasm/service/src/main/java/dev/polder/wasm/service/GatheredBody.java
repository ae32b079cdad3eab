package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads a body into memory, up to a limit. */
final class GatheredBody implements Flow.Subscriber<ByteBuffer> {

    private final String what;
    private final int limit;
    private final @Nullable GuestLimit kind;
    private final HostMemory.@Nullable Account held;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private GatheredBody(String what, int limit, @Nullable GuestLimit kind, HostMemory.@Nullable Account held) {
        this.held = held;
        this.what = what;
        this.limit = limit;
        this.kind = kind;
    }

    /**
     * Begins to read; fails with a Problem TOO_LARGE past the limit, and with BAD_UPSTREAM when the body breaks off.
     *
     * @param what in front of the message
     * @param kind names the limit; null when it is none of an app's
     */
    static CompletableFuture<byte[]> of(String what, HttpBody body, int limit, @Nullable GuestLimit kind) {
        return of(what, body, limit, kind, null);
    }

    /**
     * The same of a body that a guest waits for; fails with UNAVAILABLE when its app makes the host hold too much.
     *
     * @param held counts it; not closed
     */
    static CompletableFuture<byte[]> of(
            String what, HttpBody body, int limit, @Nullable GuestLimit kind, HostMemory.@Nullable Account held) {
        if (body.length().orElse(0) > limit) {
            body.chunks().subscribe(new Dropped());
            return CompletableFuture.failedFuture(
                    tooLarge(what, Long.toString(body.length().getAsLong()), limit, kind));
        }
        GatheredBody gathered = new GatheredBody(what, limit, kind, held);
        body.chunks().subscribe(gathered);
        return gathered.whole;
    }

    static Problem tooLarge(String what, String found, int limit, @Nullable GuestLimit kind) {
        Problem problem = Problem.tooLarge(what + " of " + found + " bytes (expected: at most " + limit + ")");
        return kind == null ? problem : problem.with(GuestLimit.MEMBER, kind.id());
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer chunk) {
        if (whole.isDone()) {
            return; // on its way when it was cancelled
        }
        if (bytes.size() + chunk.remaining() > limit) {
            cancel(tooLarge(what, "more than " + limit, limit, kind));
            return;
        }
        // Twice: it grows by copying, and is copied once more at its end.
        if (held != null && !held.tryHold(2L * chunk.remaining())) {
            cancel(Problem.unavailable(
                            what
                                    + ": no room for it beside what the host holds for this app (expected: fewer at a time)",
                            null)
                    .with(GuestLimit.MEMBER, GuestLimit.HOST_MEMORY.id()));
            return;
        }
        byte[] part = new byte[chunk.remaining()];
        chunk.get(part);
        bytes.write(part, 0, part.length);
    }

    private void cancel(Problem reason) {
        if (subscription != null) {
            subscription.cancel();
        }
        whole.completeExceptionally(reason);
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(Problem.guest(
                Problem.Code.BAD_UPSTREAM, what + ": broke off after " + bytes.size() + " bytes", failure));
    }

    @Override
    public void onComplete() {
        whole.complete(bytes.toByteArray());
    }

    /** Cancels at once. */
    static final class Dropped implements Flow.Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            // cancelled before anything was asked for
        }

        @Override
        public void onError(Throwable failure) {
            // nobody wants it
        }

        @Override
        public void onComplete() {
            // nobody wants it
        }
    }
}
