package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.WasmGlobal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A {@code wasmtime_global_t}. */
final class WasmtimeGlobal implements WasmGlobal, Handle.Holder {

    private final Handle handle;
    private final GlobalType type;

    WasmtimeGlobal(Handle handle, GlobalType type) {
        this.handle = handle;
        this.type = type;
    }

    static void checkNumber(GlobalType type) {
        if (!type.value().isNumber()) {
            throw Problem.internal(type + " used by the host (expected: a number)", null);
        }
    }

    /** Writes a {@code wasmtime_val_t}. */
    static void write(long address, GlobalType type, long raw) {
        Native.ALL.set(JAVA_LONG, address, 0L);
        Native.ALL.set(JAVA_BYTE, address, kind(type.value()));
        Native.ALL.set(JAVA_LONG, address + Native.UNION, raw);
    }

    /** The kinds of {@code wasmtime_valkind_t}. */
    private static byte kind(ValueType type) {
        return switch (type) {
            case I32 -> 0;
            case I64 -> 1;
            case F32 -> 2;
            case F64 -> 3;
            case V128, FUNCREF, EXTERNREF ->
                throw Problem.internal("a global of " + type + " used by the host (expected: a number)", null);
        };
    }

    @Override
    public GlobalType type() {
        return type;
    }

    @Override
    public Handle handle() {
        return handle;
    }

    @Override
    public long get() {
        checkNumber(type);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Native.HANDLE + Native.TAGGED, 8);
            handle.write(memory.address());
            long value = memory.address() + Native.HANDLE;
            Api.GLOBAL_GET.invokeExact(handle.store().context(), memory.address(), value);
            return type.value() == ValueType.I32 || type.value() == ValueType.F32
                    ? Native.ALL.get(Native.INT, value + Native.UNION)
                    : Native.ALL.get(JAVA_LONG, value + Native.UNION);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public void set(long raw) {
        checkNumber(type);
        if (!type.mutable()) {
            throw Problem.invalid(type + ": cannot be set (expected: a mutable one)");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Native.HANDLE + Native.TAGGED, 8);
            handle.write(memory.address());
            long value = memory.address() + Native.HANDLE;
            write(value, type, raw);
            long error = (long) Api.GLOBAL_SET.invokeExact(handle.store().context(), memory.address(), value);
            if (error != 0) {
                throw Problem.internal(type + ": " + Native.takeError(error), null);
            }
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
