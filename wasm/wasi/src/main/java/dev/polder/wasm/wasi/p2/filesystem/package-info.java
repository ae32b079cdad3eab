/** {@code wasi:filesystem}, over the same walk of paths as WASI 0.1. */
@NullMarked
package dev.polder.wasm.wasi.p2.filesystem;

import org.jspecify.annotations.NullMarked;
