package dev.polder.wasm.component;

import java.util.List;
import java.util.Optional;

/**
 * The type of a component function.
 *
 * @param async declared {@code async func}; only synchronous ones are called so far
 */
public record FuncType(List<Param> params, Optional<ValType> result, boolean async) {

    /** A named parameter. */
    public record Param(String name, ValType type) {}

    public FuncType {
        params = List.copyOf(params);
    }
}
