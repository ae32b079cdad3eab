package dev.polder.wasm.component;

/**
 * A resource that lives in the host: guests hold handles to the Java object. {@link #drop} is called once, when the
 * guest drops the handle that owns it, or when its instance is closed while it still holds it.
 */
public interface HostResource {

    /** Frees what the object holds. Does nothing by default. */
    default void drop() {}
}
