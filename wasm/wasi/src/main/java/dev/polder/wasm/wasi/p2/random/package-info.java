/** {@code wasi:random}. */
@NullMarked
package dev.polder.wasm.wasi.p2.random;

import org.jspecify.annotations.NullMarked;
