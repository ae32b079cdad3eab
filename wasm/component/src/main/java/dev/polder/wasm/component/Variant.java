package dev.polder.wasm.component;

import org.jspecify.annotations.Nullable;

/**
 * A value of a WIT variant in a call without generated types.
 *
 * @param name the case as WIT has it
 * @param value what the case carries, or null
 */
public record Variant(String name, @Nullable Object value) {}
