package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ValType.Primitive;
import org.jspecify.annotations.Nullable;

/** Numbers, booleans, characters and strings. */
final class PrimitiveCodec extends Codec {

    private final Primitive type;

    PrimitiveCodec(Primitive type, Shapes.Shape shape) {
        super(shape);
        this.type = type;
    }

    @Override
    Object load(CallContext cx, long address) {
        return switch (type) {
            case BOOL, U8, S8 -> ofRaw(cx, cx.memory().getByte(address));
            case U16, S16 -> ofRaw(cx, cx.memory().getShort(address));
            case S32, U32, CHAR, F32 -> ofRaw(cx, cx.memory().getInt(address));
            case S64, U64, F64, STRING -> ofRaw(cx, cx.memory().getLong(address));
            case ERROR_CONTEXT -> throw Shapes.unsupported("error-context");
        };
    }

    @Override
    Object lift(CallContext cx, long[] raw, int at) {
        return ofRaw(cx, type == Primitive.STRING ? Values.pack(raw[at], raw[at + 1]) : raw[at]);
    }

    private Object ofRaw(CallContext cx, long raw) {
        return switch (type) {
            case BOOL -> (int) raw != 0;
            case U8 -> (int) raw & 0xFF;
            case S8 -> (byte) raw;
            case U16 -> (int) raw & 0xFFFF;
            case S16 -> (short) raw;
            case S32, U32 -> (int) raw;
            case S64, U64 -> raw;
            case F32 -> Values.f32((int) raw);
            case F64 -> Values.f64(raw);
            case CHAR -> Values.character((int) raw);
            case STRING -> Strings.load(cx, raw);
            case ERROR_CONTEXT -> throw Shapes.unsupported("error-context");
        };
    }

    @Override
    void store(CallContext cx, Object value, long address) {
        long raw = toRaw(cx, value);
        switch (size) {
            case 1 -> cx.memory().setByte(address, (byte) raw);
            case 2 -> cx.memory().setShort(address, (short) raw);
            case 4 -> cx.memory().setInt(address, (int) raw);
            default -> cx.memory().setLong(address, raw);
        }
    }

    @Override
    void lower(CallContext cx, Object value, long[] raw, int at) {
        long bits = toRaw(cx, value);
        if (type == Primitive.STRING) {
            raw[at] = bits & 0xFFFF_FFFFL;
            raw[at + 1] = bits >>> 32;
        } else {
            raw[at] = size == 8 ? bits : bits & 0xFFFF_FFFFL;
        }
    }

    private long toRaw(CallContext cx, Object value) {
        return switch (type) {
            case BOOL -> (Boolean) value ? 1 : 0;
            case U8 -> (Integer) value & 0xFF;
            case U16 -> (Integer) value & 0xFFFF;
            case S8 -> (Byte) value;
            case S16 -> (Short) value;
            case S32, U32 -> value instanceof Long wide ? wide : (Integer) value;
            case S64, U64 -> (Long) value;
            case F32 -> Float.floatToIntBits((Float) value);
            case F64 -> Double.doubleToLongBits((Double) value);
            case CHAR -> Values.checkedCharacter((Integer) value);
            case STRING -> Strings.store(cx, (String) value);
            case ERROR_CONTEXT -> throw Shapes.unsupported("error-context");
        };
    }

    @Override
    void check(CallContext cx, @Nullable Object value, String where) {
        boolean fits = switch (type) {
            case BOOL -> value instanceof Boolean;
            case U8 -> value instanceof Integer i && (i & ~0xFF) == 0;
            case U16 -> value instanceof Integer i && (i & ~0xFFFF) == 0;
            case S8 -> value instanceof Byte;
            case S16 -> value instanceof Short;
            case S32 -> value instanceof Integer;
            case U32 -> value instanceof Integer || (value instanceof Long l && l >>> 32 == 0);
            case S64, U64 -> value instanceof Long;
            case F32 -> value instanceof Float;
            case F64 -> value instanceof Double;
            case CHAR -> value instanceof Integer i && Values.isCharacter(i);
            case STRING -> value instanceof String;
            case ERROR_CONTEXT -> false;
        };
        if (!fits) {
            throw unfit(where, value, expected());
        }
    }

    private String expected() {
        return switch (type) {
            case BOOL -> "Boolean";
            case U8 -> "Integer of 0 to 255";
            case U16 -> "Integer of 0 to 65535";
            case S8 -> "Byte";
            case S16 -> "Short";
            case S32 -> "Integer";
            case U32 -> "Integer of 32 bits, or Long of 0 to 4294967295";
            case S64, U64 -> "Long";
            case F32 -> "Float";
            case F64 -> "Double";
            case CHAR -> "Integer, a code point that is no surrogate";
            case STRING -> "String";
            case ERROR_CONTEXT -> "nothing";
        };
    }
}
