package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.internal.HttpRouteSpec.ParentRef;
import dev.polder.mesh.config.internal.ListenerDraft.Flaw;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of a route, one entry per parent. Source: {@code RouteParentStatus}, Gateway API v1. */
final class RouteStatus {

    /** A parent and why the route is not attached to it, or null when it is. */
    record Parent(ParentRef ref, @Nullable Flaw flaw) {}

    private RouteStatus() {}

    static void write(
            Resource resource, List<Parent> parents, List<Flaw> unresolved, MeshOptions options, Statuses statuses) {
        ObjectNode status = resource.status().deepCopy();
        status.remove("conditions");
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Parent parent : parents) {
            ObjectNode ref = ref(parent.ref());
            Conditions conditions = new Conditions();
            Flaw flaw = parent.flaw();
            if (flaw == null) {
                conditions.yes("Accepted", "Accepted", "");
            } else {
                conditions.no("Accepted", flaw.reason(), flaw.message());
            }
            if (unresolved.isEmpty()) {
                conditions.yes("ResolvedRefs", "ResolvedRefs", "");
            } else {
                conditions.no(
                        "ResolvedRefs",
                        unresolved.getFirst().reason(),
                        unresolved.stream().map(Flaw::message).collect(Collectors.joining("; ")));
            }
            ObjectNode node = list.addObject();
            node.set("parentRef", ref);
            node.put("controllerName", options.controllerName());
            node.set(
                    "conditions",
                    conditions.render(
                            before(resource, ref, options), resource.metadata().generation(), statuses.now()));
        }
        for (JsonNode other : resource.status().path("parents")) {
            if (!other.path("controllerName").asString("").equals(options.controllerName())) {
                list.add(other);
            }
        }
        status.set("parents", list);
        statuses.put(resource, status);
    }

    private static @Nullable JsonNode before(Resource resource, ObjectNode ref, MeshOptions options) {
        for (JsonNode parent : resource.status().path("parents")) {
            if (parent.path("parentRef").equals(ref)
                    && parent.path("controllerName").asString("").equals(options.controllerName())) {
                return parent.get("conditions");
            }
        }
        return null;
    }

    private static ObjectNode ref(ParentRef parent) {
        ObjectNode ref = JsonNodeFactory.instance.objectNode();
        ref.put("group", parent.group());
        ref.put("kind", parent.kind());
        if (parent.explicit()) {
            ref.put("namespace", parent.namespace());
        }
        ref.put("name", parent.name());
        if (!parent.sectionName().isEmpty()) {
            ref.put("sectionName", parent.sectionName());
        }
        if (parent.port() != 0) {
            ref.put("port", parent.port());
        }
        return ref;
    }
}
