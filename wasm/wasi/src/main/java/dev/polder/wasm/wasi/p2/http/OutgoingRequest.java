package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code outgoing-request}. */
public final class OutgoingRequest extends Resource {

    private static final int MAX_TARGET = 64 * 1024;

    /** Characters of a method, a scheme or an authority. */
    private static final int MAX_NAME = 1024;

    private final List<HttpField> headers;
    private Method method = new Method.Get();
    private Optional<String> pathWithQuery = Optional.empty();
    private Optional<Scheme> scheme = Optional.empty();
    private Optional<String> authority = Optional.empty();
    private @Nullable SentBody body;
    private boolean sent;
    private long held;

    OutgoingRequest(GuestIo io, List<HttpField> headers) {
        super(io);
        this.headers = headers;
        hold(Fields.bytes(headers));
    }

    private void hold(long bytes) {
        io().held().hold(bytes);
        held += bytes;
    }

    /** The body; once. A request without it has none. */
    @Wit("body")
    public Result<OutgoingBody, @Nullable Void> body() {
        if (body != null) {
            return Result.err(null);
        }
        hold(SentBody.CAPACITY);
        body = new SentBody(io().signal(), Fields.contentLength(headers), true);
        return Result.ok(new OutgoingBody(io(), body));
    }

    @Wit("method")
    public Method method() {
        return method;
    }

    @Wit("set-method")
    public Result<@Nullable Void, @Nullable Void> setMethod(Method value) {
        if (value.wireName().length() > MAX_NAME || !FieldRules.isToken(value.wireName())) {
            return Result.err(null);
        }
        method = value;
        return Result.ok(null);
    }

    @Wit("path-with-query")
    public Optional<String> pathWithQuery() {
        return pathWithQuery;
    }

    @Wit("set-path-with-query")
    public Result<@Nullable Void, @Nullable Void> setPathWithQuery(Optional<String> value) {
        if (value.isPresent() && (value.get().length() > MAX_TARGET || !FieldRules.isTarget(value.get()))) {
            return Result.err(null);
        }
        long before = pathWithQuery.map(String::length).orElse(0);
        pathWithQuery = value;
        hold(value.map(String::length).orElse(0) - before);
        return Result.ok(null);
    }

    @Wit("scheme")
    public Optional<Scheme> scheme() {
        return scheme;
    }

    @Wit("set-scheme")
    public Result<@Nullable Void, @Nullable Void> setScheme(Optional<Scheme> value) {
        if (value.isPresent()
                && (value.get().wireName().length() > MAX_NAME
                        || !FieldRules.isScheme(value.get().wireName()))) {
            return Result.err(null);
        }
        scheme = value;
        return Result.ok(null);
    }

    @Wit("authority")
    public Optional<String> authority() {
        return authority;
    }

    @Wit("set-authority")
    public Result<@Nullable Void, @Nullable Void> setAuthority(Optional<String> value) {
        if (value.isPresent() && (value.get().length() > MAX_NAME || !FieldRules.isAuthority(value.get()))) {
            return Result.err(null);
        }
        authority = value;
        return Result.ok(null);
    }

    /** The headers; cannot be changed any more. */
    @Wit("headers")
    public Fields headers() {
        return Fields.immutable(io(), this, headers);
    }

    /** Takes it out of the guest's hands; its body may still be written. Traps while its headers are held. */
    RequestHead handOver() {
        requireNoChildren("outgoing-request");
        sent = true;
        drop();
        return new RequestHead(method.wireName(), scheme.map(Scheme::wireName), authority, pathWithQuery, headers);
    }

    HttpBody sentBody() {
        return body == null ? HttpBody.empty() : body.body();
    }

    /** Nobody will read its body: what is being written ends with this. */
    void refuse(HttpErrorCode code) {
        if (body != null) {
            body.fail(code);
        }
    }

    @Override
    protected void free() {
        io().held().release(held);
        if (!sent) {
            refuse(HttpErrorCode.internal("the guest dropped its request"));
        }
    }
}
