package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmTable;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.engine.internal.GuestStack;
import dev.polder.wasm.engine.internal.ProbedModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A {@code wasmtime_table_t}. */
final class WasmtimeTable implements WasmTable, Handle.Holder {

    private final Handle handle;
    private final TableType type;

    WasmtimeTable(Handle handle, TableType type) {
        this.handle = handle;
        this.type = type;
    }

    /** A null function reference as a {@code wasmtime_val_t}. */
    static MemorySegment nullValue(Arena arena) {
        MemorySegment value = arena.allocate(Native.TAGGED, 8);
        value.set(JAVA_BYTE, 0, Native.VALUE_FUNCREF);
        return value;
    }

    @Override
    public TableType type() {
        return type;
    }

    @Override
    public Handle handle() {
        return handle;
    }

    private MemorySegment self(Arena arena) {
        MemorySegment self = arena.allocate(Native.HANDLE, 8);
        handle.write(self.address());
        return self;
    }

    private void checkFunctions() {
        if (type.element() != ValueType.FUNCREF) {
            throw Problem.internal("a " + type + " was read by the host (expected: one of functions)", null);
        }
    }

    @Override
    public long size() {
        try (Arena arena = Arena.ofConfined()) {
            return (long) Api.TABLE_SIZE.invokeExact(
                    handle.store().context(), self(arena).address());
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public long grow(long elements) {
        checkFunctions();
        long most = type.maximum().orElse(0xFFFF_FFFFL);
        if (!handle.store().mayGrow(ProbedModule.TABLE, elements, size(), most)) {
            return -1;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment before = arena.allocate(8, 8);
            long error = (long) Api.TABLE_GROW.invokeExact(
                    handle.store().context(),
                    self(arena).address(),
                    elements,
                    nullValue(arena).address(),
                    before.address());
            if (error != 0) {
                Api.ERROR_DELETE.invokeExact(error);
                return -1;
            }
            return before.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public Optional<WasmFunction> get(long index) {
        checkFunctions();
        WasmtimeStore store = handle.store();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Native.TAGGED, 8);
            if (!(boolean)
                    Api.TABLE_GET.invokeExact(store.context(), self(arena).address(), index, value.address())) {
                throw new WasmTrap(TrapCode.TABLE_OUT_OF_BOUNDS);
            }
            if (value.get(JAVA_LONG, Native.UNION) == 0) {
                return Optional.empty();
            }
            FunctionType function = Types.takeFunction(
                    (long) Api.FUNCTION_TYPE.invokeExact(store.context(), value.address() + Native.UNION));
            return Optional.of(new WasmtimeFunction(Handle.of(store, Native.EXTERN_FUNCTION, value), function));
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public void set(long index, WasmFunction function) {
        checkFunctions();
        set(index, Handle.of(function, handle.store()));
    }

    /** The same of a function's handle. */
    void set(long index, Handle function) {
        GuestStack stack = GuestStack.current();
        int at = stack.push(Native.HANDLE + Native.TAGGED);
        try {
            long self = stack.scratch().address() + at;
            long value = self + Native.HANDLE;
            handle.write(self);
            Native.ALL.set(JAVA_BYTE, value, Native.VALUE_FUNCREF);
            function.write(value + Native.UNION);
            long error = (long) Api.TABLE_SET.invokeExact(handle.store().context(), self, index, value);
            if (error != 0) {
                Api.ERROR_DELETE.invokeExact(error);
                throw new WasmTrap(TrapCode.TABLE_OUT_OF_BOUNDS);
            }
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }
}
