package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.mesh.config.internal.ListenerDraft.Flaw;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The status of a Gateway and its listeners. Source: {@code GatewayStatus}, Gateway API v1. */
final class GatewayStatus {

    private GatewayStatus() {}

    static void write(Resource resource, List<ListenerDraft> listeners, Statuses statuses) {
        long generation = resource.metadata().generation();
        long usable = listeners.stream().filter(ListenerDraft::usable).count();
        Conditions conditions = new Conditions();
        if (usable == listeners.size()) {
            conditions.yes("Accepted", "Accepted", "every listener is valid");
        } else if (usable > 0) {
            conditions.yes(
                    "Accepted", "ListenersNotValid", usable + " of " + listeners.size() + " listeners are valid");
        } else {
            conditions.no("Accepted", "ListenersNotValid", "no listener is valid");
        }
        if (usable > 0) {
            conditions.yes("Programmed", "Programmed", usable + " listeners handed to the proxies");
        } else {
            conditions.no("Programmed", "Invalid", "no listener to serve");
        }
        ObjectNode status = resource.status().deepCopy();
        JsonNode before = resource.status().path("listeners");
        status.set("conditions", conditions.render(resource.status().get("conditions"), generation, statuses.now()));
        ArrayNode list = status.putArray("listeners");
        for (ListenerDraft listener : listeners) {
            ObjectNode node = list.addObject();
            node.put("name", listener.spec.name());
            ArrayNode kinds = node.putArray("supportedKinds");
            listener.kinds.forEach(
                    kind -> kinds.addObject().put("group", Groups.GATEWAY).put("kind", kind));
            node.put("attachedRoutes", listener.attachedRoutes());
            node.set(
                    "conditions",
                    conditions(listener).render(before(before, listener.spec.name()), generation, statuses.now()));
        }
        statuses.put(resource, status);
    }

    private static @Nullable JsonNode before(JsonNode listeners, String name) {
        for (JsonNode listener : listeners) {
            if (listener.path("name").asString("").equals(name)) {
                return listener.get("conditions");
            }
        }
        return null;
    }

    private static Conditions conditions(ListenerDraft listener) {
        Conditions conditions = new Conditions();
        Flaw conflict = listener.conflict;
        Flaw notAccepted = listener.notAccepted == null ? conflict : listener.notAccepted;
        if (notAccepted == null) {
            conditions.yes("Accepted", "Accepted", "");
        } else {
            conditions.no("Accepted", notAccepted.reason(), notAccepted.message());
        }
        if (conflict == null) {
            conditions.no("Conflicted", "NoConflicts", "");
        } else {
            conditions.yes("Conflicted", conflict.reason(), conflict.message());
        }
        Flaw unresolved = listener.unresolved;
        if (unresolved == null) {
            conditions.yes("ResolvedRefs", "ResolvedRefs", "");
        } else {
            conditions.no("ResolvedRefs", unresolved.reason(), unresolved.message());
        }
        if (listener.usable()) {
            conditions.yes("Programmed", "Programmed", "");
        } else {
            conditions.no("Programmed", "Invalid", "the listener is not served");
        }
        return conditions;
    }
}
