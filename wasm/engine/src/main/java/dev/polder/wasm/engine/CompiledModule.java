package dev.polder.wasm.engine;

import dev.polder.kernel.model.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A compiled module; immutable, for any thread. Its machine code is freed when nothing refers to it any more, so it
 * needs no closing; {@link #release} frees it before that.
 */
public interface CompiledModule {

    /** The engine that made it, and the only one that can run it. */
    WasmEngine engine();

    Digest digest();

    /** What it imports, in the order of the binary form. */
    List<ImportType> imports();

    /** What it exports, in the order of the binary form. */
    List<ExportType> exports();

    /** The memories that it defines, not those that it imports. */
    List<MemoryType> memories();

    /** The tables that it defines, not those that it imports. */
    List<TableType> tables();

    /** The export of this name. */
    default Optional<ExportType> export(String name) {
        return exports().stream().filter(e -> e.name().equals(name)).findFirst();
    }

    /**
     * Resolves all imports to host functions once, so that a new instance is cheap. Functions that the module does not
     * import are left out.
     *
     * @throws dev.polder.kernel.model.Problem INVALID naming every import that is missing or of another type
     */
    LinkedModule link(HostFunctions functions);

    /**
     * What is enough to have it again from the engine's cache on disk.
     *
     * @return empty when it is not kept there, or the engine's code is Java's
     */
    default Optional<DormantModule> dormant() {
        return Optional.empty();
    }

    /**
     * Gives back what one call of {@link WasmEngine#compile} gave: once for each, by whoever knows that he uses neither the
     * module nor anything made of it again. The machine code is freed when all have given it back, and what was linked
     * of it is closed; or later, where the engine may keep some ({@link Engines#open}). An engine whose code is Java's leaves it to Java.
     */
    default void release() {}
}
