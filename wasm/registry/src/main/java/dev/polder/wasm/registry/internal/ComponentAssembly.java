package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.AppSource;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PushOptions;
import dev.polder.wasm.registry.WasmConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a Wasm OCI artifact of a module or component: what it is and what its world has is read from its bytes. */
public final class ComponentAssembly {

    private static final long MAX_BYTES = 1024L * 1024 * 1024;

    private ComponentAssembly() {}

    public static Assembly of(AppSource.Component source, PushOptions options) {
        byte[] wasm;
        try {
            if (Files.size(source.wasm()) > MAX_BYTES) {
                throw Problem.tooLarge(source.wasm() + ": " + Files.size(source.wasm()) + " bytes (expected: at most "
                        + MAX_BYTES + ")");
            }
            wasm = Files.readAllBytes(source.wasm());
        } catch (IOException e) {
            throw Problem.invalid(source.wasm() + ": " + e + " (expected: a file that can be read)");
        }
        WasmConfig.@Nullable Component world =
                ComponentWorld.read(wasm, source.wasm().toString(), source.target());
        Blob layer = Blob.of(MediaTypes.WASM, source.wasm());
        WasmConfig config = new WasmConfig(
                source.created(),
                source.author(),
                world == null ? "wasip1" : "wasip2",
                List.of(layer.descriptor().digest()),
                world);
        return new Assembly(
                Blob.of(MediaTypes.WASM_CONFIG, config.write()), List.of(layer), options.annotations(), List.of());
    }
}
