package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.component.Wit;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code error}. */
public final class IoError extends Resource {

    private final String message;
    private final @Nullable Object code;

    IoError(GuestIo io, IOException failure) {
        super(io);
        this.message = String.valueOf(failure.getMessage());
        this.code = failure instanceof StreamException typed ? typed.code() : null;
    }

    /** What went wrong, in words. */
    @Wit("to-debug-string")
    public String toDebugString() {
        return message;
    }

    /** The code of one interface, when it is one of that. */
    public <T> Optional<T> code(Class<T> type) {
        return type.isInstance(code) ? Optional.of(type.cast(code)) : Optional.empty();
    }
}
