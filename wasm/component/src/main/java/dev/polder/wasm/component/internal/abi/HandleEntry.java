package dev.polder.wasm.component.internal.abi;

/**
 * What a component instance can hold a handle to. Resources today; the waitables, streams, futures and error contexts of
 * WASI 0.3 live in the same table and join this type.
 */
sealed interface HandleEntry permits ResourceHandle {}
