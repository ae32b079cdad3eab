package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where a task is: {@code open → processing → completed | failed | cancelled}; an open task can be cancelled too, and an
 * ended one that is retried is open again.
 */
public enum TaskStatus {
    OPEN,
    PROCESSING,
    COMPLETED,
    FAILED,
    CANCELLED;

    public boolean ended() {
        return this != OPEN && this != PROCESSING;
    }

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws Problem INVALID for another word */
    public static TaskStatus parse(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word().equals(word))
                .findFirst()
                .orElseThrow(() -> Problem.invalid(
                        "status: \"" + word + "\" (expected: open, processing, completed, failed or cancelled)"));
    }
}
