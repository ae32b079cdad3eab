package dev.polder.wasm.engine;

/** The type of something that is imported or exported. */
public sealed interface ExternType permits FunctionType, MemoryType, TableType, GlobalType {}
