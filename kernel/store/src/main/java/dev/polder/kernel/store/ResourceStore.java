package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Versioned resources: list, watch, apply, delete.
 *
 * <p>Every change takes the next number of one store-wide sequence; that number is the resource's
 * {@code resourceVersion}. A call that returned has been made durable: a killed process loses nothing that was
 * acknowledged. All methods block and are safe for any thread, virtual ones included.
 */
public interface ResourceStore extends AutoCloseable {

    /** The resource, or empty. */
    Optional<Resource> get(ResourceKey key);

    /**
     * All resources of a kind, ordered by namespace and name, with the version the list was taken at: a watch from
     * {@link Listing#version()} misses nothing and repeats nothing.
     *
     * @param namespace one namespace, or null for all
     */
    Listing list(String group, String kind, @Nullable String namespace);

    /**
     * Creates or replaces a resource; {@code status} is kept as stored, see {@link #applyStatus}.
     *
     * <p>An apply that changes nothing keeps the version. A {@code resourceVersion} above 0 must be the stored one.
     *
     * @return the stored resource
     * @throws Problem CONFLICT when the version is not the stored one
     */
    Resource apply(Resource resource);

    /** Applies all or none, in one transaction. */
    List<Resource> applyAll(List<Resource> resources);

    /**
     * Replaces the status only; the generation stays.
     *
     * @throws Problem NOT_FOUND when the resource is not there
     */
    Resource applyStatus(ResourceKey key, ObjectNode status);

    /**
     * Deletes a resource.
     *
     * @param expectedVersion the version that must be stored, or 0 for any
     * @return whether it was there
     * @throws Problem CONFLICT when another version is stored
     */
    boolean delete(ResourceKey key, long expectedVersion);

    /**
     * Tells every change after {@code fromVersion}, in order, each once, until the watch is closed. The consumer is
     * called on a thread of the store's own, one event at a time; what it throws ends the watch and is logged.
     *
     * @param fromVersion a version from {@link #list}, or 0 for everything since the beginning
     * @throws Problem INVALID when the feed no longer reaches back that far: list again
     */
    Watch watch(String group, String kind, long fromVersion, Consumer<ResourceEvent> consumer);

    @Override
    void close();

    /** A list and the version it was taken at. */
    record Listing(List<Resource> items, long version) {
        public Listing {
            items = List.copyOf(items);
        }
    }

    /** One change. A deleted resource is as it was last, with the version of its deletion. */
    record ResourceEvent(Type type, Resource resource) {
        /** What happened. */
        public enum Type {
            ADDED,
            MODIFIED,
            DELETED
        }
    }

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /** The version up to which every change of its kind was told; grows also when nothing of its kind changes. */
        long position();

        /** Ends it; no event is told after this returns. */
        @Override
        void close();
    }
}
