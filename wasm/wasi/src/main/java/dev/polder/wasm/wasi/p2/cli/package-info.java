/** {@code wasi:cli}: environment, exit, standard streams; no terminals. */
@NullMarked
package dev.polder.wasm.wasi.p2.cli;

import org.jspecify.annotations.NullMarked;
