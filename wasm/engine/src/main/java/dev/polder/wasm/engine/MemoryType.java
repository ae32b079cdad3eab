package dev.polder.wasm.engine;

import java.util.OptionalLong;

/**
 * The type of a linear memory.
 *
 * @param minimum pages of 64 KiB at the start
 * @param maximum pages that it can grow to, if said
 */
public record MemoryType(long minimum, OptionalLong maximum) implements ExternType {

    /** Bytes in a page. */
    public static final int PAGE = 65_536;

    @Override
    public String toString() {
        return "memory " + minimum + (maximum.isPresent() ? " " + maximum.getAsLong() : "");
    }
}
