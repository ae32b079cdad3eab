package dev.polder.wasm.component.internal.abi;

/** How a component keeps strings in its memory. */
public enum StringEncoding {
    UTF8,
    UTF16,
    /** Either, told apart by bit 31 of the length. */
    LATIN1_UTF16
}
