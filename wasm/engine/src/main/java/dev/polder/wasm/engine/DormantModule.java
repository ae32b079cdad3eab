package dev.polder.wasm.engine;

import java.util.Optional;

/**
 * What is left of a module whose machine code was let go of: what it imports and exports, and where its code is kept. Takes
 * a thousandth of the module's memory, and spares whoever runs it again its bytes. Immutable, for any thread.
 */
public interface DormantModule {

    /**
     * The module once more; to be given back as what {@link WasmEngine#compile} gives.
     *
     * @return empty when its code is not kept any more, or was changed: then it has to be compiled
     */
    Optional<CompiledModule> wake();
}
