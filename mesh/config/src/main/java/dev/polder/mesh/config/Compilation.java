package dev.polder.mesh.config;

import dev.polder.kernel.model.ResourceKey;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the compiler made of a set of resources.
 *
 * @param snapshot the mesh, with the resources that cannot be used left out
 * @param statuses the whole {@code status} of each resource that has one; equal to the stored one when nothing changed
 */
public record Compilation(MeshSnapshot snapshot, Map<ResourceKey, ObjectNode> statuses) {
    public Compilation {
        statuses = Map.copyOf(statuses);
    }
}
