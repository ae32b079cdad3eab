/** Measures the canonical ABI beside Wasmtime's component API. */
@NullMarked
package dev.polder.bench.abi;

import org.jspecify.annotations.NullMarked;
