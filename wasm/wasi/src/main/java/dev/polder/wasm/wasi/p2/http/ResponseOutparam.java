package dev.polder.wasm.wasi.p2.http;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import org.jspecify.annotations.Nullable;

/** The resource {@code response-outparam}: the one place where a guest puts its response. */
public final class ResponseOutparam extends Resource {

    /** A client that does not read them makes the host keep them. */
    private static final int MAX_INFORMATIONAL = 16;

    private final ResponseSink sink;
    private int informational;
    private boolean set;

    ResponseOutparam(GuestIo io, ResponseSink sink) {
        super(io);
        this.sink = sink;
    }

    /** Sends an informational response; takes 100 and 102 to 199, and no more than 16. */
    @Wit("send-informational")
    public Result<@Nullable Void, HttpErrorCode> sendInformational(int status, Fields headers) {
        if (status < 100 || status > 199 || status == 101) {
            headers.drop();
            return Result.err(HttpErrorCode.internal("status: " + status + " (expected: 100 or 102 to 199)"));
        }
        if (++informational > MAX_INFORMATIONAL) {
            headers.drop();
            return Result.err(HttpErrorCode.internal(
                    "informational responses: " + informational + " (expected: at most " + MAX_INFORMATIONAL + ")"));
        }
        try {
            sink.informational(status, headers.handOver());
            return Result.ok(null);
        } catch (Problem e) {
            return Result.err(HttpErrorCode.internal(e.detail()));
        }
    }

    void set(Result<OutgoingResponse, HttpErrorCode> response) {
        set = true;
        drop();
        switch (response) {
            case Result.Ok<OutgoingResponse, HttpErrorCode>(OutgoingResponse outgoing) -> outgoing.send(sink);
            case Result.Err<OutgoingResponse, HttpErrorCode>(HttpErrorCode error) -> sink.fail(error);
        }
    }

    @Override
    protected void free() {
        if (!set) {
            sink.fail(HttpErrorCode.internal("the guest gave no response"));
        }
    }
}
