package dev.polder.wasm.wasi.p2.cli;

import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Wit;
import java.util.Optional;

/** The interfaces {@code wasi:cli/terminal-stdin}, {@code -stdout} and {@code -stderr}: none is a terminal. */
public final class Terminals {

    /** The resource {@code terminal-input}; there is none. */
    public static final class Input implements HostResource {
        private Input() {}
    }

    /** The resource {@code terminal-output}; there is none. */
    public static final class Output implements HostResource {
        private Output() {}
    }

    @Wit("get-terminal-stdin")
    public Optional<Input> getTerminalStdin() {
        return Optional.empty();
    }

    @Wit("get-terminal-stdout")
    public Optional<Output> getTerminalStdout() {
        return Optional.empty();
    }

    @Wit("get-terminal-stderr")
    public Optional<Output> getTerminalStderr() {
        return Optional.empty();
    }
}
