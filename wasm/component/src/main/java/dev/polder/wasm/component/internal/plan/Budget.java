package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.internal.binary.Refusal;

/** Ends evaluation that a small component could make as long as it likes. */
final class Budget {

    private final ComponentLimits limits;
    private long spent;
    private int depth;

    Budget(ComponentLimits limits) {
        this.limits = limits;
    }

    void spend(long work, int offset) {
        spent += work;
        if (spent > limits.work()) {
            throw Refusal.tooLarge(
                    offset, "more than " + limits.work() + " definitions with those of all nested instances");
        }
    }

    /** Looking through a type of this many parts. */
    void spendType(int size, int offset) {
        spend(size / 32, offset);
    }

    void enter(int offset) {
        if (++depth > limits.nesting()) {
            throw Refusal.tooLarge(
                    offset,
                    "instances or types nested " + depth + " deep (expected: at most " + limits.nesting() + ")");
        }
    }

    void leave() {
        depth--;
    }
}
