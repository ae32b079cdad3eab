package dev.polder.wasm.wasi.p2.cli;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import org.jspecify.annotations.Nullable;

/** What a program exports. Calling it may throw a {@link dev.polder.wasm.wasi.GuestExit}. */
@Wit("wasi:cli/run@0.2.0")
public interface Run {

    /** Runs the program. */
    @Wit("run")
    Result<@Nullable Void, @Nullable Void> run();
}
