/** {@code wasi:clocks}. */
@NullMarked
package dev.polder.wasm.wasi.p2.clocks;

import org.jspecify.annotations.NullMarked;
