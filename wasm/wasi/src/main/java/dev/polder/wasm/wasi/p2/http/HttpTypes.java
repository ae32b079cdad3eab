package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.IoError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The functions of {@code wasi:http/types} that are not methods of a resource. */
public final class HttpTypes {

    private final GuestIo io;
    private final long maxFieldBytes;

    /** @param maxFieldBytes how large headers or trailers of one message may be that the guest makes */
    public HttpTypes(GuestIo io, long maxFieldBytes) {
        this.io = io;
        this.maxFieldBytes = maxFieldBytes;
    }

    /** The code of a stream's error, when it is one of HTTP. */
    @Wit("http-error-code")
    public Optional<HttpErrorCode> httpErrorCode(IoError error) {
        return error.code(HttpErrorCode.class);
    }

    @Wit("[constructor]fields")
    public Fields newFields() {
        return Fields.mutable(io, maxFieldBytes);
    }

    @Wit("[static]fields.from-list")
    public Result<Fields, HeaderError> fieldsFromList(List<HttpField> entries) {
        Fields fields = newFields();
        HeaderError mistake = fields.addAll(entries);
        if (mistake != null) {
            fields.drop();
            return Result.err(mistake);
        }
        return Result.ok(fields);
    }

    @Wit("[constructor]outgoing-request")
    public OutgoingRequest newOutgoingRequest(Fields headers) {
        return new OutgoingRequest(io, headers.handOver());
    }

    @Wit("[constructor]request-options")
    public RequestOptions newRequestOptions() {
        return new RequestOptions(io);
    }

    @Wit("[constructor]outgoing-response")
    public OutgoingResponse newOutgoingResponse(Fields headers) {
        return new OutgoingResponse(io, headers.handOver());
    }

    @Wit("[static]response-outparam.set")
    public void setResponse(ResponseOutparam param, Result<OutgoingResponse, HttpErrorCode> response) {
        param.set(response);
    }

    @Wit("[static]incoming-body.finish")
    public FutureTrailers finishIncomingBody(IncomingBody body) {
        return body.finish();
    }

    @Wit("[static]outgoing-body.finish")
    public Result<@Nullable Void, HttpErrorCode> finishOutgoingBody(OutgoingBody body, Optional<Fields> trailers) {
        return body.finish(trailers);
    }
}
