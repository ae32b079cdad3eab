package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import java.util.List;
import run.endive.wasm.types.ValType;

/** Types of the interface as Endive's, and back. */
final class EndiveTypes {

    private EndiveTypes() {}

    static ValType of(ValueType type) {
        return switch (type) {
            case I32 -> ValType.I32;
            case I64 -> ValType.I64;
            case F32 -> ValType.F32;
            case F64 -> ValType.F64;
            case V128 -> ValType.V128;
            case FUNCREF -> ValType.FuncRef;
            case EXTERNREF -> ValType.ExternRef;
        };
    }

    static ValueType of(ValType type) {
        for (ValueType known : ValueType.values()) {
            if (of(known).equals(type)) {
                return known;
            }
        }
        throw Problem.internal("a value of type " + type + " came out of a guest (expected: a known type)", null);
    }

    static run.endive.wasm.types.FunctionType of(FunctionType type) {
        return run.endive.wasm.types.FunctionType.of(
                type.params().stream().map(EndiveTypes::of).toList(),
                type.results().stream().map(EndiveTypes::of).toList());
    }

    static FunctionType of(run.endive.wasm.types.FunctionType type) {
        return new FunctionType(
                type.params().stream().map(EndiveTypes::of).toList(),
                type.returns().stream().map(EndiveTypes::of).toList());
    }

    /** A slot in the form that both sides use: an i32 or f32 in the low half, sign-extended. */
    static long slot(ValueType type, long raw) {
        return type == ValueType.I32 || type == ValueType.F32 ? (int) raw : raw;
    }

    static void slots(List<ValueType> types, long[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = slot(types.get(i), values[i]);
        }
    }

    static boolean numbersOnly(FunctionType type) {
        return numbersOnly(type.params()) && numbersOnly(type.results());
    }

    // Asked at every call: no streams here.
    private static boolean numbersOnly(List<ValueType> types) {
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).isNumber()) {
                return false;
            }
        }
        return true;
    }
}
