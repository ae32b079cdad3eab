/** {@code wasi:io}: errors, pollables and streams, and the seams that other interfaces put bytes behind. */
@NullMarked
package dev.polder.wasm.wasi.p2.io;

import org.jspecify.annotations.NullMarked;
