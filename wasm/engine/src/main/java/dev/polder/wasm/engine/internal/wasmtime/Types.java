package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.ValueType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Types of the interface as types of the C API, and back. What it makes must be freed by the caller. */
final class Types {

    private static final int EXTERNREF = 128;
    private static final int FUNCREF = 129;

    /** The type of vectors, kept to compare with. */
    private static final long V128 = v128();

    private Types() {}

    private static long v128() {
        try {
            return (long) Api.VALUE_TYPE_V128.invokeExact();
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    // An int, for a callee may rely on the upper bits of a uint8_t being zero, and a Java byte is sign-extended.
    private static int kind(ValueType type) {
        return switch (type) {
            case I32 -> 0;
            case I64 -> 1;
            case F32 -> 2;
            case F64 -> 3;
            case EXTERNREF -> EXTERNREF;
            case FUNCREF -> FUNCREF;
            case V128 -> throw Problem.internal("v128 cannot cross to the host", null);
        };
    }

    private static long vector(Arena arena, List<ValueType> types) throws Throwable {
        MemorySegment items = arena.allocate(8L * Math.max(1, types.size()), 8);
        for (int i = 0; i < types.size(); i++) {
            items.set(JAVA_LONG, 8L * i, (long) Api.VALUE_TYPE_NEW.invokeExact(kind(types.get(i))));
        }
        MemorySegment vector = arena.allocate(16, 8);
        Api.VALUE_TYPES_NEW.invokeExact(vector.address(), (long) types.size(), items.address());
        return vector.address();
    }

    /** A {@code wasm_functype_t*}. */
    static long function(FunctionType type) {
        try (Arena arena = Arena.ofConfined()) {
            return (long)
                    Api.FUNCTION_TYPE_NEW.invokeExact(vector(arena, type.params()), vector(arena, type.results()));
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Frees a {@code wasm_functype_t*}. */
    static void delete(long function) {
        try {
            Api.FUNCTION_TYPE_DELETE.invokeExact(function);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Reads and frees a {@code wasm_functype_t*}. */
    static FunctionType takeFunction(long type) {
        try {
            List<ValueType> params = values((long) Api.FUNCTION_TYPE_PARAMS.invokeExact(type));
            List<ValueType> results = values((long) Api.FUNCTION_TYPE_RESULTS.invokeExact(type));
            Api.FUNCTION_TYPE_DELETE.invokeExact(type);
            return new FunctionType(params, results);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    private static List<ValueType> values(long vector) throws Throwable {
        long size = Native.ALL.get(JAVA_LONG, vector);
        long items = Native.ALL.get(JAVA_LONG, vector + 8);
        List<ValueType> types = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            types.add(value(Native.ALL.get(JAVA_LONG, items + 8 * i)));
        }
        return types;
    }

    private static ValueType value(long type) throws Throwable {
        // Asked first, for wasm_valtype_kind ends the process when it is given a vector.
        if ((boolean) Api.VALUE_TYPE_EQUAL.invokeExact(type, V128)) {
            return ValueType.V128;
        }
        int kind = Byte.toUnsignedInt((byte) Api.VALUE_TYPE_KIND.invokeExact(type));
        return switch (kind) {
            case 0 -> ValueType.I32;
            case 1 -> ValueType.I64;
            case 2 -> ValueType.F32;
            case 3 -> ValueType.F64;
            case FUNCREF -> ValueType.FUNCREF;
            case EXTERNREF -> ValueType.EXTERNREF;
            default -> throw Problem.internal("a value of kind " + kind + " (expected: a known one)", null);
        };
    }

    /** A {@code wasm_memorytype_t*}. */
    static long memory(MemoryType type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(8, 8);
            long error = (long) Api.MEMORY_TYPE_NEW.invokeExact(
                    type.minimum(),
                    type.maximum().isPresent(),
                    type.maximum().orElse(0),
                    false,
                    false,
                    (byte) 16,
                    result.address());
            if (error != 0) {
                throw Problem.invalid(type + ": " + Native.takeError(error));
            }
            return result.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** A {@code wasm_tabletype_t*}. */
    static long table(TableType type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(8, 8);
            limits.set(Native.INT, 0, Math.toIntExact(type.minimum()));
            limits.set(Native.INT, 4, (int) type.maximum().orElse(0xFFFF_FFFFL));
            long element = (long) Api.VALUE_TYPE_NEW.invokeExact(kind(type.element()));
            return (long) Api.TABLE_TYPE_NEW.invokeExact(element, limits.address());
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** A {@code wasm_globaltype_t*}. */
    static long global(GlobalType type) {
        try {
            long value = (long) Api.VALUE_TYPE_NEW.invokeExact(kind(type.value()));
            return (long) Api.GLOBAL_TYPE_NEW.invokeExact(value, (byte) (type.mutable() ? 1 : 0));
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
