/** {@code wasi:http}: the types, and the seams to whoever serves and whoever sends. */
@NullMarked
package dev.polder.wasm.wasi.p2.http;

import org.jspecify.annotations.NullMarked;
