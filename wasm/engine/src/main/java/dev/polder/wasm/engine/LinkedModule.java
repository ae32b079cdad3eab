package dev.polder.wasm.engine;

import org.jspecify.annotations.Nullable;

/** A compiled module with its imports resolved to host functions; immutable, for any thread. */
public interface LinkedModule {

    CompiledModule module();

    /**
     * Frees it at once, where it would be when nothing refers to it; by whoever knows that no instance of it is there and
     * none will be made. May be called twice.
     */
    default void close() {}

    /**
     * A new instance in a store of its own: closing the instance closes the store. Runs the module's start function, if
     * it has one, within the limits.
     *
     * @param host what host functions get from {@link HostCall#host}, or null
     * @throws WasmTrap when the start function or a segment's initialisation traps
     * @throws dev.polder.kernel.model.Problem TOO_LARGE when the module wants more than the limits grant, UNAVAILABLE
     *     when the engine's pool of instances is used up for the moment
     */
    default WasmInstance instantiate(InstanceLimits limits, @Nullable Object host) {
        WasmStore store = module().engine().newStore(limits, host);
        try {
            return instantiate(store, true);
        } catch (Throwable t) {
            store.close();
            throw t;
        }
    }

    /**
     * A new instance in a store that exists.
     *
     * @param ownsStore whether closing the instance closes the store
     */
    WasmInstance instantiate(WasmStore store, boolean ownsStore);
}
