package dev.polder.mesh.config;

/** A listener's registration. */
public interface Subscription extends AutoCloseable {

    /** Ends it; calls that already run may still finish. */
    @Override
    void close();
}
