package dev.polder.portal.git;

/** Writes to the terminal of the person who pushes; git puts {@code remote: } before each line. */
@FunctionalInterface
public interface PushOutput {

    /** Shows text at once. Never fails: a client that went away hears nothing. Safe for any thread. */
    void line(String text);
}
