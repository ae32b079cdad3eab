package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Lifts and lowers one type in its default Java form, step by step as the specification has it: the reference for what
 * {@code codegen} makes faster, and what dynamic calls and calls between components use.
 */
abstract class Codec {

    final int size;
    final int align;
    final int flat;

    Codec(Shapes.Shape shape) {
        this.size = shape.size();
        this.align = shape.align();
        this.flat = shape.flat().size();
    }

    /** Reads it from memory that was checked. */
    abstract Object load(CallContext cx, long address);

    /** Writes it to memory that was checked. */
    abstract void store(CallContext cx, Object value, long address);

    /** Takes it from core values. */
    abstract Object lift(CallContext cx, long[] raw, int at);

    /** Makes it core values, i32 zero-extended; sets {@link #flat} of them. */
    abstract void lower(CallContext cx, Object value, long[] raw, int at);

    /**
     * Refuses a value of another form before anything is called.
     *
     * @param where the argument, for messages
     */
    abstract void check(CallContext cx, @Nullable Object value, String where);

    static Problem unfit(String where, @Nullable Object found, String expected) {
        String text = found == null ? "null" : found.getClass().getName();
        return Problem.invalid(where + ": " + text + " (expected: " + expected + ")");
    }
}
