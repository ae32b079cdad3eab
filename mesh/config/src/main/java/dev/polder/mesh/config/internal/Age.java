package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import java.time.Instant;
import java.util.Comparator;

/**
 * Which of two resources is older: the order in which Gateway API settles conflicts. Where the time is not known or
 * equal, {@code namespace/name} decides.
 */
final class Age {

    static final Comparator<Resource> OLDEST_FIRST = Comparator.comparing(Age::created)
            .thenComparing(resource -> resource.metadata().namespace())
            .thenComparing(resource -> resource.metadata().name());

    private Age() {}

    private static Instant created(Resource resource) {
        Instant created = resource.metadata().creationTimestamp();
        return created == null ? Instant.EPOCH : created;
    }
}
