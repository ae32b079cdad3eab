/**
 * Runs components of the WebAssembly Component Model: binary form, linking and canonical ABI, over the core modules of
 * {@code wasm/engine}, one code for every engine.
 */
@NullMarked
package dev.polder.wasm.component;

import org.jspecify.annotations.NullMarked;
