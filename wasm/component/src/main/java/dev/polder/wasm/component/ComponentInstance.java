package dev.polder.wasm.component;

import dev.polder.wasm.component.internal.abi.CanonicalAbi;
import dev.polder.wasm.component.internal.abi.ComponentState;
import dev.polder.wasm.engine.WasmStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a component, in a store of its own. Used by one thread at a time, best by one of a {@link
 * dev.polder.wasm.engine.GuestExecutor}; after a trap it is good for nothing but closing.
 */
public final class ComponentInstance implements AutoCloseable {

    private final LinkedComponent linked;
    private final WasmStore store;
    private final ComponentState state;

    ComponentInstance(LinkedComponent linked, WasmStore store, ComponentState state) {
        this.linked = linked;
        this.store = store;
        this.state = state;
    }

    public LinkedComponent linked() {
        return linked;
    }

    /** Its store: for its deadline and to cancel it. */
    public WasmStore store() {
        return store;
    }

    /** What it offers. */
    public List<ComponentInterface> exports() {
        return linked.component().exports();
    }

    /**
     * Its exports as a Java interface.
     *
     * @param type has {@link Wit} with the name of the exported interface, or none for functions exported by themselves
     * @throws dev.polder.kernel.model.Problem NOT_FOUND or INVALID when the exports do not have what it declares
     */
    public <T> T bind(Class<T> type) {
        return linked.binding(type).bind(state);
    }

    /**
     * Calls an exported function with plain Java values: records as maps, variants as {@link Variant}; see the README.
     *
     * @param exportInterface {@code ""} for a function exported by itself
     * @return its result, or null when it has none
     * @throws dev.polder.kernel.model.Problem NOT_FOUND when there is no such function, INVALID when an argument does not
     *     fit; then nothing was called
     * @throws dev.polder.wasm.engine.WasmTrap when the guest traps
     */
    public @Nullable Object call(String exportInterface, String function, @Nullable Object... arguments) {
        return CanonicalAbi.call(state, linked.function(exportInterface, function), arguments);
    }

    /** Drops the host's resources that it still holds, then frees everything. */
    @Override
    public void close() {
        try {
            state.close();
        } finally {
            store.close();
        }
    }
}
