package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;

/** Who wrote a document, and so whose failure it is when the document is wrong. */
public enum Origin {
    /** The user of this program. */
    CALLER(Problem.Code.INVALID, Problem.WhoFailed.CALLER),
    /** The user, in a document that holds secrets: messages never quote from it. */
    SECRETS(Problem.Code.INVALID, Problem.WhoFailed.CALLER),
    /** A registry or who pushed to it. */
    REGISTRY(Problem.Code.BAD_UPSTREAM, Problem.WhoFailed.UPSTREAM);

    private final Problem.Code code;
    private final Problem.WhoFailed whoFailed;

    Origin(Problem.Code code, Problem.WhoFailed whoFailed) {
        this.code = code;
        this.whoFailed = whoFailed;
    }

    /** The document breaks a rule at this place. */
    Problem wrong(String detail, Where where) {
        return new Problem(code, whoFailed, false, detail, where, null);
    }

    /** The document passes a limit. */
    Problem tooLarge(String detail, Where where) {
        return new Problem(Problem.Code.TOO_LARGE, whoFailed, false, detail, where, null);
    }

    /** The document is well formed, but this build does not do what it asks for. */
    Problem unsupported(String detail, Where where) {
        return new Problem(Problem.Code.UNSUPPORTED, whoFailed, false, detail, where, null);
    }
}
