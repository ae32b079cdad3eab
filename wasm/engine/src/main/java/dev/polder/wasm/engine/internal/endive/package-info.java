/** Endive: WebAssembly in pure Java, as JVM bytecode where that fits and interpreted where not. */
@NullMarked
package dev.polder.wasm.engine.internal.endive;

import org.jspecify.annotations.NullMarked;
