package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmTable;
import dev.polder.wasm.engine.WasmTrap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.Value;

/**
 * A table.
 *
 * @param owner the instance that defines it, or null for one of the host
 */
record EndiveTable(
        EndiveStore store,
        TableInstance table,
        TableType type,
        @Nullable Instance owner) implements WasmTable {

    private void checkFunctions() {
        if (type.element() != ValueType.FUNCREF) {
            throw Problem.internal("a " + type + " was read by the host (expected: one of functions)", null);
        }
    }

    private int at(long index) {
        if (index < 0 || index >= table.size()) {
            throw new WasmTrap(TrapCode.TABLE_OUT_OF_BOUNDS);
        }
        return (int) index;
    }

    @Override
    public long size() {
        return table.size();
    }

    @Override
    @SuppressWarnings("NullAway") // Endive is not annotated; a null reference belongs to no instance
    public long grow(long elements) {
        checkFunctions();
        if (elements < 0 || elements > table.limits().max() - table.size()) {
            return -1;
        }
        return table.grow((int) elements, Value.REF_NULL_VALUE, null);
    }

    @Override
    public Optional<WasmFunction> get(long index) {
        checkFunctions();
        int reference = table.ref(at(index));
        if (reference == Value.REF_NULL_VALUE) {
            return Optional.empty();
        }
        Instance instance = table.instance((int) index);
        Instance home = instance == null ? owner : instance;
        if (home == null) {
            throw Problem.internal("a table has a function of no instance", null);
        }
        return Optional.of(
                new EndiveFunction(store, home, reference, EndiveTypes.of(home.type(home.functionType(reference)))));
    }

    @Override
    public void set(long index, WasmFunction function) {
        checkFunctions();
        EndiveFunction own = store.own(function);
        table.setRef(at(index), own.index(), own.instance());
    }
}
