package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.Optional;

/** An instance of a module, living in a store. */
public interface WasmInstance extends AutoCloseable {

    CompiledModule module();

    WasmStore store();

    /** What it exports under a name. The same object each time. */
    Optional<WasmExtern> export(String name);

    /**
     * An export by its position in {@link CompiledModule#exports}. The same object as by its name.
     *
     * @throws IndexOutOfBoundsException when there are fewer
     */
    WasmExtern export(int index);

    /** The exported function of this name, if there is one. */
    default Optional<WasmFunction> function(String name) {
        return export(name).filter(WasmFunction.class::isInstance).map(WasmFunction.class::cast);
    }

    /** The exported memory of this name, if there is one. */
    default Optional<WasmMemory> memory(String name) {
        return export(name).filter(WasmMemory.class::isInstance).map(WasmMemory.class::cast);
    }

    /** The memory that is exported as {@code memory}. */
    default WasmMemory memory() {
        return memory("memory")
                .orElseThrow(() -> Problem.invalid("the module exports no memory (expected: one named \"memory\")"));
    }

    /** Calls an exported function. */
    default long[] call(String name, long... args) {
        return function(name)
                .orElseThrow(() -> Problem.invalid("the module exports no function \"" + name + "\""))
                .call(args);
    }

    /** Closes the store when it was made for this instance alone; else does nothing, since stores die as a whole. */
    @Override
    void close();
}
