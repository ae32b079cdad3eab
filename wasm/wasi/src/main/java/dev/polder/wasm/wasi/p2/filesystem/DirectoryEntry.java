package dev.polder.wasm.wasi.p2.filesystem;

/** The record {@code directory-entry}. */
public record DirectoryEntry(DescriptorType type, String name) {}
