package dev.polder.portal.scaffolder.expression;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;

/** One rendering: what it has cost so far, and where it is. */
final class Run {

    private static final int ITEMS_PER_STEP = 64;

    private final String source;
    private final RenderLimits limits;
    private long steps;
    private int depth;
    private Place place = new Place(1, 1);

    Run(String source, RenderLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    void at(Place now) {
        place = now;
    }

    Place place() {
        return place;
    }

    void step(long count) {
        steps += count;
        if (steps > limits.maxSteps()) {
            throw Problem.tooLarge("template: more than " + limits.maxSteps() + " steps (expected: an end)")
                    .at(where());
        }
    }

    /** Pays for text or items that were made. */
    void charge(long size) {
        step(1 + size / ITEMS_PER_STEP);
    }

    void requireText(long length) {
        if (length > limits.maxOutput()) {
            throw Problem.tooLarge("template: a text longer than " + limits.maxOutput() + " characters")
                    .at(where());
        }
    }

    /** Pays for a text of this length before it is made. */
    void reserve(long length) {
        requireText(length);
        charge(length);
    }

    void enter() {
        requireDepth(++depth);
    }

    void leave() {
        depth--;
    }

    void requireDepth(int levels) {
        if (levels > limits.maxDepth()) {
            throw Problem.tooLarge("template: nested deeper than " + limits.maxDepth() + " levels")
                    .at(where());
        }
    }

    Problem wrong(String detail) {
        return Problem.invalid(detail, where());
    }

    private Where where() {
        return new Where(source, place.line(), place.column(), null);
    }
}
