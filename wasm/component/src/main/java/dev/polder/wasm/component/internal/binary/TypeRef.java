package dev.polder.wasm.component.internal.binary;

import dev.polder.wasm.component.ValType;
import org.jspecify.annotations.Nullable;

/**
 * A value type where one is mentioned: a type without parts, or an index.
 *
 * @param index meaningful when {@code primitive} is null
 */
public record TypeRef(ValType.@Nullable Primitive primitive, int index) {

    static TypeRef read(Cursor in) {
        int at = in.position();
        int first = in.peek();
        if (first < 0x40 || first >= 0x80) {
            return new TypeRef(null, in.u32());
        }
        in.oneByte();
        ValType.Primitive primitive = primitive(first);
        if (primitive == null) {
            throw Refusal.invalid(at, "value type " + Cursor.hex(first) + " (expected: a primitive or an index)");
        }
        return new TypeRef(primitive, -1);
    }

    static ValType.@Nullable Primitive primitive(int code) {
        return switch (code) {
            case 0x7f -> ValType.Primitive.BOOL;
            case 0x7e -> ValType.Primitive.S8;
            case 0x7d -> ValType.Primitive.U8;
            case 0x7c -> ValType.Primitive.S16;
            case 0x7b -> ValType.Primitive.U16;
            case 0x7a -> ValType.Primitive.S32;
            case 0x79 -> ValType.Primitive.U32;
            case 0x78 -> ValType.Primitive.S64;
            case 0x77 -> ValType.Primitive.U64;
            case 0x76 -> ValType.Primitive.F32;
            case 0x75 -> ValType.Primitive.F64;
            case 0x74 -> ValType.Primitive.CHAR;
            case 0x73 -> ValType.Primitive.STRING;
            case 0x64 -> ValType.Primitive.ERROR_CONTEXT;
            default -> null;
        };
    }

    /** The code of a type without parts, where it is mentioned and where it is defined. */
    public static int code(ValType.Primitive type) {
        return switch (type) {
            case BOOL -> 0x7f;
            case S8 -> 0x7e;
            case U8 -> 0x7d;
            case S16 -> 0x7c;
            case U16 -> 0x7b;
            case S32 -> 0x7a;
            case U32 -> 0x79;
            case S64 -> 0x78;
            case U64 -> 0x77;
            case F32 -> 0x76;
            case F64 -> 0x75;
            case CHAR -> 0x74;
            case STRING -> 0x73;
            case ERROR_CONTEXT -> 0x64;
        };
    }
}
