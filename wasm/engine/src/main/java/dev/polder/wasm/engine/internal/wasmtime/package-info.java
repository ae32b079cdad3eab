/** Wasmtime through its C API, called with the foreign function interface of the JDK. */
@NullMarked
package dev.polder.wasm.engine.internal.wasmtime;

import org.jspecify.annotations.NullMarked;
