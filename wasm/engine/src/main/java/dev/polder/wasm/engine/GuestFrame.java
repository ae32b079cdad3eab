package dev.polder.wasm.engine;

/**
 * A function on a guest's stack at the time of a trap.
 *
 * @param function its name by the name section; {@code #12} for one without
 * @param index in its module's functions, imported ones first; -1 when the engine does not tell
 * @param start where its body begins in the bytes that the engine compiled; -1 when the engine does not tell
 * @param offset of the instruction in the bytes that the engine compiled, which are not the module's: {@link SourceLines}
 *     knows both; -1 when the engine does not tell. Without a start it is the body's first instruction in the module itself
 */
public record GuestFrame(String function, int index, long start, long offset) {

    /** One of which it is known where its first instruction is in the module. */
    public static GuestFrame beginning(String function, int index, long first) {
        return new GuestFrame(function, index, -1, first);
    }

    /** One of which nothing else is known. */
    public static GuestFrame named(String function) {
        return new GuestFrame(function, -1, -1, -1);
    }
}
