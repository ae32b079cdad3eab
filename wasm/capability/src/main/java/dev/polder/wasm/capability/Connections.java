package dev.polder.wasm.capability;

/** An interface of one instance whose guest may leave connections open. */
interface Connections extends AutoCloseable {

    /** Closes them; the interface can be used on. */
    @Override
    void close();
}
