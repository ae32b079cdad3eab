package dev.polder.wasm.engine;

import java.util.OptionalLong;

/**
 * The type of a table.
 *
 * @param element what it holds
 * @param minimum elements at the start
 * @param maximum elements that it can grow to, if said
 */
public record TableType(ValueType element, long minimum, OptionalLong maximum) implements ExternType {

    @Override
    public String toString() {
        return "table " + minimum + (maximum.isPresent() ? " " + maximum.getAsLong() : "") + " " + element;
    }
}
