package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.ExportType;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.WasmExtern;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import run.endive.runtime.Instance;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExportSection;

/** An instance of Endive. */
final class EndiveInstance implements WasmInstance {

    private final EndiveModule module;
    private final EndiveStore store;
    private final Instance instance;
    private final boolean ownsStore;
    private final Map<String, WasmExtern> exports = new HashMap<>();

    EndiveInstance(EndiveModule module, EndiveStore store, Instance instance, boolean ownsStore) {
        this.module = module;
        this.store = store;
        this.instance = instance;
        this.ownsStore = ownsStore;
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
        ExportType export = module.find(name);
        if (export == null) {
            return Optional.empty();
        }
        return Optional.of(exports.computeIfAbsent(name, n -> make(index(n), export.type())));
    }

    @Override
    public WasmExtern export(int index) {
        ExportType export = module.exports().get(index);
        return exports.computeIfAbsent(
                export.name(),
                n -> make(instance.module().exportSection().getExport(index).index(), export.type()));
    }

    private int index(String name) {
        ExportSection section = instance.module().exportSection();
        for (int i = 0; i < section.exportCount(); i++) {
            Export export = section.getExport(i);
            if (export.name().equals(name)) {
                return export.index();
            }
        }
        throw Problem.internal("export " + name + " is gone", null);
    }

    private WasmExtern make(int index, ExternType type) {
        return switch (type) {
            case FunctionType function -> new EndiveFunction(store, instance, index, function);
            case MemoryType memory -> ((FlatMemory) instance.memory(index)).forHost();
            case TableType table -> new EndiveTable(store, TableView.shared(instance.table(index)), table, instance);
            case GlobalType global -> new EndiveGlobal(instance.global(index), global);
        };
    }

    @Override
    public void close() {
        if (ownsStore) {
            store.close();
        }
    }
}
