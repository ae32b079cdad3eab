package dev.polder.wasm.registry;

/** When a registry is asked. A tag is resolved anew each time, so only a digest can be answered without asking. */
public enum PullPolicy {
    /** Not when the reference names a digest and everything is in the store. */
    IF_NOT_PRESENT,
    /** For the manifest each time; blobs that are in the store are not fetched again. */
    ALWAYS,
    /** Never: what is not in the store is not there. */
    NEVER
}
