package dev.polder.wasm.wasi.p2.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A stream failed for a reason that another interface has a code for: {@code http-error-code}, {@code
 * filesystem-error-code} and {@code network-error-code} find it.
 */
public final class StreamException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object code;

    /** @param code an enum constant or record of another interface, or null */
    public StreamException(String message, @Nullable Object code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    @Nullable
    Object code() {
        return code;
    }
}
