package dev.polder.wasm.engine;

import dev.polder.kernel.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Modules of the tests: each .wasm stands beside the .wat that it was made of (wat2wasm --debug-names). */
final class Fixtures {

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream(name + ".wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CompiledModule compile(WasmEngine engine, String name) {
        return compile(engine, bytes(name));
    }

    static CompiledModule compile(WasmEngine engine, byte[] bytes) {
        return engine.compile(bytes, Digest.of(bytes));
    }

    /** Wasmtime, brought by the launcher's own script; the tests need it. */
    static WasmEngine wasmtime(Path cache) {
        return Engines.open(EngineChoice.WASMTIME, cache).engine();
    }

    static WasmEngine endive(Path cache) {
        return Engines.open(EngineChoice.ENDIVE, cache).engine();
    }
}
