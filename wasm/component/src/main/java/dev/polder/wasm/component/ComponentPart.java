package dev.polder.wasm.component;

import java.util.Map;
import java.util.function.Predicate;

/**
 * A component that is composed into another: what it exports satisfies imports of that one, or of parts after it. Its own
 * imports are satisfied by parts before it and by the host; resources of the host are the same for all.
 *
 * @param name in front of messages; another for each part of a composition
 * @param bytes its binary form; must not be changed meanwhile, and is not kept
 * @param satisfies the export that is taken, by the import of the other that it satisfies, both as they are written in the
 *     binary
 * @param given imports of its own that parts before it satisfy
 * @param ownServices whether {@link HostServices#of} has host objects for it alone; without, it shares those of the other
 * @param refused which of its imports of the host, by their names without version, are not granted to it: what it calls of
 *     them traps
 * @param nothing of which its imports of the host, by their names without version, it sees nothing: what it calls of them
 *     answers with zero in every type, an empty list or none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record ComponentPart(
        String name,
        byte[] bytes,
        Map<String, String> satisfies,
        Map<String, Export> given,
        boolean ownServices,
        Predicate<String> refused,
        Predicate<String> nothing) {

    public ComponentPart {
        satisfies = Map.copyOf(satisfies);
        given = Map.copyOf(given);
    }

    /** One that is all the host's, and shares the host objects of the other. */
    public ComponentPart(
            String name,
            byte[] bytes,
            Map<String, String> satisfies,
            Predicate<String> refused,
            Predicate<String> nothing) {
        this(name, bytes, satisfies, Map.of(), false, refused, nothing);
    }

    /** What a part exports, by the part's name and as it is written in the binary. */
    public record Export(String part, String name) {}
}
