package dev.polder.wasm.wasi;

/** A store's host state that has WASI in it: other ABIs implement it beside their own functions. */
public interface WasiHost {

    /** The guest's WASI state. */
    WasiState wasi();
}
