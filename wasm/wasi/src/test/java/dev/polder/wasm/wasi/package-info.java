/** Tests of WASI 0.1. */
package dev.polder.wasm.wasi;
