package dev.polder.wasm.wasi.p2.cli;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.WasiConfig;
import java.util.List;
import java.util.Optional;

/** The interface {@code wasi:cli/environment}. */
public final class Environment {

    private final WasiConfig config;

    public Environment(WasiConfig config) {
        this.config = config;
    }

    /** An environment variable. */
    public record Variable(String name, String value) {}

    @Wit("get-environment")
    public List<Variable> getEnvironment() {
        return config.env().entrySet().stream()
                .map(entry -> new Variable(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The program's name, then its arguments. */
    @Wit("get-arguments")
    public List<String> getArguments() {
        return config.args();
    }

    /** None: paths are relative to preopened folders. */
    @Wit("initial-cwd")
    public Optional<String> initialCwd() {
        return Optional.empty();
    }
}
