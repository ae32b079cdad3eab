package dev.polder.wasm.component;

import org.jspecify.annotations.Nullable;

/**
 * A WIT {@code result}. A side without a payload carries null.
 *
 * @param <T> the payload of ok
 * @param <E> the payload of error
 */
public sealed interface Result<T extends @Nullable Object, E extends @Nullable Object> {

    /** It worked. */
    record Ok<T extends @Nullable Object, E extends @Nullable Object>(T value) implements Result<T, E> {}

    /** It failed. */
    record Err<T extends @Nullable Object, E extends @Nullable Object>(E error) implements Result<T, E> {}

    static <T extends @Nullable Object, E extends @Nullable Object> Result<T, E> ok(T value) {
        return new Ok<>(value);
    }

    static <T extends @Nullable Object, E extends @Nullable Object> Result<T, E> err(E error) {
        return new Err<>(error);
    }
}
