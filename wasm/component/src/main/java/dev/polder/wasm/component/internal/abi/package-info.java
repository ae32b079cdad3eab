/**
 * The canonical ABI: lifting and lowering of component values over core functions and linear memories. Start reading at
 * {@code CanonicalAbi}.
 */
@NullMarked
package dev.polder.wasm.component.internal.abi;

import org.jspecify.annotations.NullMarked;
