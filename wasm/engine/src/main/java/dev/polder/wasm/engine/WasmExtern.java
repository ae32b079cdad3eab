package dev.polder.wasm.engine;

/** Something in a store that an instance exports or imports. */
public sealed interface WasmExtern permits WasmFunction, WasmMemory, WasmTable, WasmGlobal {

    ExternType type();
}
