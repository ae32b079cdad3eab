package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What actions may ask of the catalogue; the program adapts the real one. May block; called from any thread. */
public interface Catalogue {

    /**
     * Registers a location of type {@code url} and waits until its entities can be found; one that is already registered
     * is refreshed.
     *
     * @return the entities that stand in it, in its order
     * @throws Problem INVALID when what stands there is no descriptor, NOT_FOUND when nothing does
     */
    List<ObjectNode> register(String catalogInfoUrl, Principal caller);

    /** The entity, as far as the caller may read it. */
    Optional<ObjectNode> entity(EntityRef ref, Principal caller);
}
