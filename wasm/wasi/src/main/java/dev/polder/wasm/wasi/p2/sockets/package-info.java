/** {@code wasi:sockets}: real non-blocking sockets behind an allow-list. */
@NullMarked
package dev.polder.wasm.wasi.p2.sockets;

import org.jspecify.annotations.NullMarked;
