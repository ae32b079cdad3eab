package dev.polder.mesh.config;

import java.util.function.Consumer;

/** Where a proxy gets the mesh from. Safe for any thread. */
public interface SnapshotSource {

    /** The current snapshot: one volatile read. */
    MeshSnapshot current();

    /**
     * Calls the listener with the current snapshot at once, on the caller's thread, and then with each new one, on a
     * thread of the source, in order; it must not block. What it throws is logged.
     */
    Subscription subscribe(Consumer<MeshSnapshot> listener);
}
