package dev.polder.wasm.wasi.p2.http;

import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** An exchange failed, and the guest or the server is told this code. */
public final class HttpFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient HttpErrorCode code;

    public HttpFailure(HttpErrorCode code) {
        super(code.toString());
        this.code = code;
    }

    public HttpErrorCode code() {
        return code;
    }

    /** The code of any failure: internal-error with its words where it has none. */
    public static HttpErrorCode codeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case HttpFailure http -> http.code;
            case TimeoutException _ -> new HttpErrorCode.HttpResponseTimeout();
            default -> HttpErrorCode.internal(String.valueOf(cause));
        };
    }
}
