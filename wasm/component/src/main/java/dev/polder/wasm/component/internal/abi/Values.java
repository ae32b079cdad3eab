package dev.polder.wasm.component.internal.abi;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Single values of the canonical ABI. Public for generated code only. */
public final class Values {

    private Values() {}

    /** Two core values as the eight bytes that they are in memory. */
    public static long pack(long pointer, long length) {
        return (pointer & 0xFFFF_FFFFL) | (length << 32);
    }

    /** Any bit that is not zero is true. */
    public static boolean truth(int bits) {
        return bits != 0;
    }

    /** A list over an array that nobody else has. */
    public static List<Object> list(Object[] items) {
        return Collections.unmodifiableList(Arrays.asList(items));
    }

    /** What is thrown for a value that is of no case of its sealed type. */
    public static RuntimeException noCase(@Nullable Object value) {
        return new NullPointerException("a value of a variant is " + value);
    }

    /** With every NaN the same, so that no guest sees the bits of another. */
    public static float f32(int bits) {
        float value = Float.intBitsToFloat(bits);
        return Float.isNaN(value) ? Float.NaN : value;
    }

    /** With every NaN the same. */
    public static double f64(long bits) {
        double value = Double.longBitsToDouble(bits);
        return Double.isNaN(value) ? Double.NaN : value;
    }

    static boolean isCharacter(int value) {
        return Character.isValidCodePoint(value)
                && (value < Character.MIN_SURROGATE || value > Character.MAX_SURROGATE);
    }

    /** A character that a guest passes. */
    public static int character(int value) {
        if (!isCharacter(value)) {
            throw Traps.broken("char 0x" + Integer.toHexString(value) + " (expected: a Unicode scalar value)");
        }
        return value;
    }

    /** A character that the host passes. */
    public static int checkedCharacter(int value) {
        if (!isCharacter(value)) {
            throw new IllegalArgumentException(
                    "char 0x" + Integer.toHexString(value) + " (expected: a Unicode scalar value)");
        }
        return value;
    }

    /** A discriminant that a guest passes. */
    public static int discriminant(int found, int cases) {
        if (Integer.compareUnsigned(found, cases) >= 0) {
            throw Traps.discriminant(found, cases);
        }
        return found;
    }
}
