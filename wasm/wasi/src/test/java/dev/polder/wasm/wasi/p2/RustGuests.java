package dev.polder.wasm.wasi.p2;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program and a service of Rust, built once for wasm32-wasip2, linked on both engines. */
final class RustGuests implements AutoCloseable {

    /** Kept between test classes and runs, so that the libraries are built once. */
    private static final Path TARGET = Path.of("target", "rust-guests").toAbsolutePath();

    final Map<EngineChoice, LinkedComponent> commands = new EnumMap<>(EngineChoice.class);
    final Map<EngineChoice, LinkedComponent> services = new EnumMap<>(EngineChoice.class);
    private final Map<EngineChoice, WasmEngine> engines = new EnumMap<>(EngineChoice.class);

    RustGuests(Path work) throws IOException, InterruptedException {
        for (String source : new String[] {"guest.toml", "src/lib.rs", "src/bin/command.rs"}) {
            Path to = work.resolve(source.equals("guest.toml") ? "Cargo.toml" : source);
            Files.createDirectories(to.getParent());
            try (InputStream in = RustGuests.class.getResourceAsStream("guest/" + source)) {
                Files.copy(in, to);
            }
        }
        int code = run(work, "cargo", "build", "--release", "--quiet", "--target", "wasm32-wasip2");
        assumeTrue(code == 0, "no Rust guests: install Rust and run: rustup target add wasm32-wasip2");
        Path built = TARGET.resolve("wasm32-wasip2/release");
        for (EngineChoice choice : new EngineChoice[] {EngineChoice.WASMTIME, EngineChoice.ENDIVE}) {
            WasmEngine engine = Engines.open(choice, work.resolve("cache")).engine();
            engines.put(choice, engine);
            commands.put(choice, link(engine, built.resolve("command.wasm")));
            services.put(choice, link(engine, built.resolve("guest.wasm")));
        }
    }

    private static LinkedComponent link(WasmEngine engine, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                .link(WasiP2.interfaces());
    }

    private static int run(Path work, String... command) throws InterruptedException {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(work.toFile()).inheritIO();
            builder.environment().put("CARGO_TARGET_DIR", TARGET.toString());
            Process process = builder.start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("cargo took more than five minutes");
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        engines.values().forEach(WasmEngine::close);
    }
}
