/**
 * WASI 0.1 ({@code wasi_snapshot_preview1}) over the engine interface: one code for every engine.
 *
 * <p>A guest has what its {@link dev.polder.wasm.wasi.WasiConfig} grants and nothing else: no environment, no files, no
 * network. Run a command with {@link dev.polder.wasm.wasi.WasiCommand}; other ABIs that need WASI beside their own
 * functions take {@link dev.polder.wasm.wasi.Wasi#functions}.
 */
@NullMarked
package dev.polder.wasm.wasi;

import org.jspecify.annotations.NullMarked;
