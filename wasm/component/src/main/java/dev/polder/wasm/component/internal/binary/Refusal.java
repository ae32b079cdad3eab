package dev.polder.wasm.component.internal.binary;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;

/** What is said of a component that is not run, with the byte where the reason stands. */
public final class Refusal {

    private Refusal() {}

    private static Where at(int offset) {
        return Where.of("component byte " + offset);
    }

    public static Problem invalid(int offset, String message) {
        return Problem.invalid(message, at(offset));
    }

    public static Problem tooLarge(int offset, String message) {
        return Problem.tooLarge(message).at(at(offset));
    }

    /** @param what follows "the component uses" */
    public static Problem unsupported(int offset, String what) {
        return new Problem(
                Problem.Code.UNSUPPORTED,
                Problem.WhoFailed.CALLER,
                false,
                "the component uses " + what + ", which this build does not run",
                at(offset),
                null);
    }
}
