package dev.polder.wasm.component.internal.binary;

import dev.polder.wasm.component.internal.abi.StringEncoding;
import java.util.OptionalInt;

/**
 * The options of a lift or a lower, with the indices of what they name.
 */
public record Options(StringEncoding encoding, OptionalInt memory, OptionalInt realloc, OptionalInt postReturn) {}
