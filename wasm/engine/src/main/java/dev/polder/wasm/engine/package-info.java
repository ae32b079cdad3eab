/**
 * Runs WebAssembly core modules: one interface, two engines behind it.
 *
 * <p>The way of a module: {@link dev.polder.wasm.engine.Engines#open open an engine} once, {@link
 * dev.polder.wasm.engine.WasmEngine#compile compile} once per digest, {@link
 * dev.polder.wasm.engine.CompiledModule#link link} once per set of host functions, then {@link
 * dev.polder.wasm.engine.LinkedModule#instantiate instantiate} per request, call, close. Several instances that share
 * memories, tables and functions live in one {@link dev.polder.wasm.engine.WasmStore}.
 *
 * <p>Threads: engines, compiled and linked modules are for any thread. A store and everything in it is used by one
 * thread at a time, best by a thread of a {@link dev.polder.wasm.engine.GuestExecutor}, which has the stack a guest
 * needs. Only {@link dev.polder.wasm.engine.WasmStore#cancel} may be called from elsewhere.
 */
@NullMarked
package dev.polder.wasm.engine;

import org.jspecify.annotations.NullMarked;
