package dev.polder.wasm.wasi.p2.cli;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.GuestExit;
import org.jspecify.annotations.Nullable;

/** The interface {@code wasi:cli/exit}: ends the guest with a {@link GuestExit}. */
@SuppressWarnings("DoNotCallSuggester") // called by guests
public final class Exit {

    @Wit("exit")
    public void exit(Result<@Nullable Void, @Nullable Void> status) {
        throw new GuestExit(status instanceof Result.Ok ? 0 : 1);
    }

    @Wit("exit-with-code")
    public void exitWithCode(int status) {
        throw new GuestExit(status);
    }
}
