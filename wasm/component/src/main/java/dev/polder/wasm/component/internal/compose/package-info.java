/** Writes a component and those that are composed into it as one binary. */
@NullMarked
package dev.polder.wasm.component.internal.compose;

import org.jspecify.annotations.NullMarked;
