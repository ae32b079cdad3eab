package dev.polder.wasm.component;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A component that is composed into another: what it exports satisfies imports of that one. Its own imports are satisfied
 * by the host, like those of the other; resources of the host are the same for both.
 *
 * @param name in front of messages
 * @param bytes its binary form; must not be changed meanwhile, and is not kept
 * @param satisfies the export that is taken, by the import it satisfies, both as they are written in the binary
 * @param refused which of its imports of the host, by their names without version, are not granted to it: what it calls of
 *     them traps
 * @param instead interfaces that it gets in place of the host's
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record ComponentPart(
        String name,
        byte[] bytes,
        Map<String, String> satisfies,
        Predicate<String> refused,
        List<HostInterface> instead) {

    public ComponentPart {
        satisfies = Map.copyOf(satisfies);
        instead = List.copyOf(instead);
    }
}
