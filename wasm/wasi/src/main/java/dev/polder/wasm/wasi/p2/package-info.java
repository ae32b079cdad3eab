/** WASI 0.2 as host interfaces of components: what a guest is granted, and its objects for one instance. */
@NullMarked
package dev.polder.wasm.wasi.p2;

import org.jspecify.annotations.NullMarked;
