package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.Descriptors.VALUES;
import static dev.polder.wasm.component.internal.abi.Descriptors.method;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodType;

/** Makes the code between the bits of a number and its Java form. */
final class PrimitiveCode {

    private PrimitiveCode() {}

    /** From the bits on the stack, an int or for 64 bits a long, to the value. */
    static void fromBits(CodeBuilder b, TypeMatch.Primitive match) {
        switch (match.type()) {
            case BOOL -> b.invokestatic(VALUES, "truth", method(boolean.class, int.class));
            case U8 -> b.loadConstant(0xFF).iand();
            case S8 -> b.i2b();
            case U16 -> b.i2c();
            case S16 -> b.i2s();
            case U32 -> {
                if (primitive(match.java()) == long.class) {
                    b.i2l().loadConstant(0xFFFF_FFFFL).land();
                }
            }
            case F32 -> b.invokestatic(VALUES, "f32", method(float.class, int.class));
            case F64 -> b.invokestatic(VALUES, "f64", method(double.class, long.class));
            case CHAR -> b.invokestatic(VALUES, "character", method(int.class, int.class));
            case S32, S64, U64 -> {}
            case STRING, ERROR_CONTEXT -> throw new IllegalArgumentException(match.toString());
        }
        box(b, match.java());
    }

    /** From the value on the stack to its bits. */
    static void toBits(CodeBuilder b, TypeMatch.Primitive match) {
        unbox(b, match.java());
        switch (match.type()) {
            case U8 -> b.loadConstant(0xFF).iand();
            case U16 -> b.i2c();
            case U32 -> {
                if (primitive(match.java()) == long.class) {
                    b.l2i();
                }
            }
            case F32 ->
                b.invokestatic(Descriptors.named(Float.class), "floatToIntBits", method(int.class, float.class));
            case F64 ->
                b.invokestatic(Descriptors.named(Double.class), "doubleToLongBits", method(long.class, double.class));
            case CHAR -> b.invokestatic(VALUES, "checkedCharacter", method(int.class, int.class));
            case BOOL, S8, S16, S32, S64, U64 -> {}
            case STRING, ERROR_CONTEXT -> throw new IllegalArgumentException(match.toString());
        }
    }

    private static Class<?> primitive(Class<?> type) {
        return MethodType.methodType(type).unwrap().returnType();
    }

    /** Boxes what is on the stack, when the wanted class is no primitive. */
    static void box(CodeBuilder b, Class<?> wanted) {
        if (!wanted.isPrimitive()) {
            b.invokestatic(Descriptors.named(wanted), "valueOf", method(wanted, primitive(wanted)));
        }
    }

    /** Unboxes what is on the stack, when its class is no primitive. */
    static void unbox(CodeBuilder b, Class<?> found) {
        if (!found.isPrimitive()) {
            ClassDesc wrapper = Descriptors.named(found);
            Class<?> type = primitive(found);
            b.invokevirtual(wrapper, type.getName() + "Value", method(type));
        }
    }
}
