package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.internal.endive.EndiveEngine;
import dev.polder.wasm.engine.internal.wasmtime.NativeLibrary;
import dev.polder.wasm.engine.internal.wasmtime.WasmtimeEngine;
import java.nio.file.Path;

/** Opens engines. */
public final class Engines {

    /**
     * An engine and the reason that it is this one, for {@code polder doctor}.
     *
     * @param why one sentence: the library's path and version, or why there is none
     */
    public record Opened(WasmEngine engine, String why) {}

    private Engines() {}

    /** Opens an engine with the default limits on modules, that frees code as soon as all gave it back. */
    public static Opened open(EngineChoice choice, Path cacheFolder) {
        return open(choice, cacheFolder, ModuleLimits.DEFAULT, 0);
    }

    /**
     * Opens an engine. {@code AUTO} takes Wasmtime when its library can be used, and Endive with the reason when not.
     *
     * @param cacheFolder where compiled code is kept; made when it is not there
     * @param unusedBytes of machine code that may stay loaded after {@link CompiledModule#release}, so that whoever compiles or
     *     wakes it next has it at once; what was given back longest ago is freed first. Endive's code is Java's, whatever it says
     * @throws Problem when Wasmtime was asked for and cannot be had
     */
    public static Opened open(EngineChoice choice, Path cacheFolder, ModuleLimits limits, long unusedBytes) {
        if (choice == EngineChoice.ENDIVE) {
            return new Opened(EndiveEngine.open(cacheFolder, limits), "endive, as was asked for");
        }
        try {
            NativeLibrary library = NativeLibrary.find(System.getenv());
            WasmtimeEngine engine = WasmtimeEngine.open(library, cacheFolder, limits, unusedBytes);
            return new Opened(engine, "wasmtime " + library.version() + " from " + library.path());
        } catch (Problem problem) {
            if (choice == EngineChoice.WASMTIME) {
                throw problem;
            }
            return new Opened(EndiveEngine.open(cacheFolder, limits), "endive, since " + problem.getMessage());
        } catch (LinkageError e) {
            // The library loaded but lacks a function, or this JVM forbids native access.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            Problem problem = Problem.unavailable("Wasmtime cannot be used: " + cause.getMessage(), e);
            if (choice == EngineChoice.WASMTIME) {
                throw problem;
            }
            return new Opened(EndiveEngine.open(cacheFolder, limits), "endive, since " + problem.getMessage());
        }
    }
}
