package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;

/** What is said of a guest that failed, the same for every kind of guest. */
record GuestFailures(String name, AppLimits limits) {

    Problem trapped(WasmTrap trap, GuestOutput.Lines errors) {
        if (trap.code() == TrapCode.DEADLINE) {
            return Problem.guest(
                    Problem.Code.DEADLINE,
                    name + ": ran past its deadline (expected: an answer within "
                            + limits.wallTime().toMillis() + " ms)",
                    trap);
        }
        Problem.Code code = trap.code() == TrapCode.CANCELLED ? Problem.Code.CANCELLED : Problem.Code.BAD_UPSTREAM;
        return Problem.guest(code, name + ": it trapped: " + trap.getMessage() + because(errors), trap);
    }

    /** A problem while the guest ran, with its name; what the guest did wrong is a bad upstream's to the client. */
    Problem of(Problem problem) {
        return named(
                problem,
                switch (problem.code()) {
                    case UNAVAILABLE, INTERNAL, DEADLINE, CANCELLED -> problem.code();
                    default -> Problem.Code.BAD_UPSTREAM;
                });
    }

    Problem named(Problem problem, Problem.Code code) {
        return new Problem(
                code, problem.whoFailed(), problem.retryable(), name + ": " + problem.detail(), null, problem);
    }

    static String because(GuestOutput.Lines errors) {
        return errors.last().isEmpty() ? "" : "; its last words: " + errors.last();
    }
}
