package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import java.util.Comparator;
import java.util.UUID;

/**
 * Which of two resources is older: the order in which Gateway API settles conflicts.
 *
 * <p>The store's uids are UUIDs; those of version 7 carry their creation time in milliseconds. Where the time is not
 * known or equal, {@code namespace/name} decides.
 */
final class Age {

    static final Comparator<Resource> OLDEST_FIRST = Comparator.comparingLong(Age::created)
            .thenComparing(resource -> resource.metadata().namespace())
            .thenComparing(resource -> resource.metadata().name());

    private Age() {}

    private static long created(Resource resource) {
        String uid = resource.metadata().uid();
        if (uid.length() != 36) {
            return 0;
        }
        try {
            UUID parsed = UUID.fromString(uid);
            return parsed.version() == 7 ? parsed.getMostSignificantBits() >>> 16 : 0;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }
}
