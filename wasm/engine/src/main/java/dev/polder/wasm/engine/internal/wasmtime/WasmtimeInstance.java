package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.WasmExtern;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmStore;
import dev.polder.wasm.engine.internal.GuestStack;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@code wasmtime_instance_t}. */
final class WasmtimeInstance implements WasmInstance {

    private final WasmtimeModule module;
    private final WasmtimeStore store;
    private final boolean ownsStore;
    private final long first;
    private final long second;
    private final @Nullable WasmExtern[] exports;
    private @Nullable WasmMemory memory;

    WasmtimeInstance(WasmtimeModule module, WasmtimeStore store, boolean ownsStore, long first, long second) {
        this.module = module;
        this.store = store;
        this.ownsStore = ownsStore;
        this.first = first;
        this.second = second;
        this.exports = new WasmExtern[module.exports().size()];
    }

    @Override
    public CompiledModule module() {
        return module;
    }

    @Override
    public WasmStore store() {
        return store;
    }

    @Override
    public Optional<WasmExtern> export(String name) {
        return module.find(name).map(this::export);
    }

    @Override
    public WasmExtern export(int index) {
        WasmExtern known = exports[index];
        return known != null ? known : export(module.export(index));
    }

    private WasmExtern export(WasmtimeModule.Export export) {
        WasmExtern known = exports[export.index()];
        if (known != null) {
            return known;
        }
        WasmExtern made = find(export);
        if (made == null) {
            throw new IllegalStateException("export " + export.type() + " is gone");
        }
        exports[export.index()] = made;
        return made;
    }

    private @Nullable WasmExtern find(WasmtimeModule.Export export) {
        long context = store.context();
        GuestStack stack = GuestStack.current();
        int at = stack.push(16 + Native.TAGGED);
        try {
            long instance = stack.scratch().address() + at;
            Native.ALL.set(JAVA_LONG, instance, first);
            Native.ALL.set(JAVA_LONG, instance + 8, second);
            boolean found = (boolean) Api.INSTANCE_EXPORT.invokeExact(
                    context, instance, export.name().address(), export.name().byteSize(), instance + 16);
            return found ? store.extern(instance + 16, export.type().type()) : null;
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }

    /** The memory by which its guest is ended, where there is one. */
    @Nullable
    WasmExtern probe() {
        return module.hasProbe(this::isThere) ? find(WasmtimeModule.PROBE) : null;
    }

    /** The table by which it asks before it grows, where it ever does. */
    @Nullable
    WasmExtern growth() {
        return module.grows(this::isThere) ? find(WasmtimeModule.GROWTH) : null;
    }

    /** Its start function, which has not run, where there is one. */
    @Nullable
    WasmExtern start() {
        return module.hasStart(this::isThere) ? find(WasmtimeModule.START) : null;
    }

    private boolean isThere(WasmtimeModule.Export export) {
        return find(export) != null;
    }

    /** To be called when it was made, with the memory by which its guest is ended. */
    void begun(@Nullable WasmtimeMemory probe) {
        WasmtimeModule.Export own = module.ownMemory();
        ResidentPages pages = module.engine().pages();
        if (pages == null) {
            return;
        }
        if (own != null && export(own) instanceof WasmtimeMemory found) {
            found.begun(pages, module.number());
        }
        if (probe != null) {
            probe.begun(pages, module.number());
        }
    }

    /** The exported memory, for host functions. */
    WasmMemory callerMemory() {
        WasmMemory known = memory;
        if (known == null) {
            known = memory("memory").orElseThrow(WasmtimeStore::noMemory);
            memory = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (ownsStore) {
            store.close();
        }
    }
}
