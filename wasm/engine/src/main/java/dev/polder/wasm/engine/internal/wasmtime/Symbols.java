package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.kernel.model.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The library of this process. Loaded once, and never unloaded: its signal handlers stay. */
final class Symbols {

    private static volatile @Nullable SymbolLookup library;

    private Symbols() {}

    /** Loads the library; a second call does nothing. */
    @SuppressWarnings("restricted") // what the package is for
    static synchronized void load(Path path) {
        if (library != null) {
            return;
        }
        try {
            library = SymbolLookup.libraryLookup(path, Arena.global());
        } catch (IllegalArgumentException e) {
            throw Problem.unavailable("cannot load the Wasmtime library " + path + ": " + e.getMessage(), e);
        }
    }

    static SymbolLookup library() {
        SymbolLookup loaded = library;
        if (loaded == null) {
            throw Problem.internal("the Wasmtime library is used before it is loaded", null);
        }
        return loaded;
    }
}
