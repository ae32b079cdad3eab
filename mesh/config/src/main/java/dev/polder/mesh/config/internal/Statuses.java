package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The statuses that one compilation writes. */
final class Statuses {

    /** Kinds that are told about only when something is or was wrong. */
    private static final Set<String> QUIET =
            Set.of("Namespace", "Service", "ServiceAccount", "EndpointSlice", "WorkloadEntry");

    private final Map<ResourceKey, ObjectNode> statuses = new HashMap<>();
    private final Instant now;

    Statuses(Instant now) {
        this.now = now;
    }

    Instant now() {
        return now;
    }

    Map<ResourceKey, ObjectNode> all() {
        return statuses;
    }

    /** A whole status made elsewhere. */
    void put(Resource resource, ObjectNode status) {
        statuses.put(resource.key(), status);
    }

    boolean has(Resource resource) {
        return statuses.containsKey(resource.key());
    }

    /** The resource is used as it stands. */
    void accepted(Resource resource) {
        boolean quiet = QUIET.contains(resource.kind());
        boolean toldBefore = resource.status().path("conditions").toString().contains("\"Accepted\"");
        if (!quiet || toldBefore) {
            put(resource, new Conditions().yes("Accepted", "Accepted", "in use"), List.of());
        }
    }

    /** The resource is used, but not all of it. */
    void partly(Resource resource, List<String> messages) {
        put(resource, new Conditions().yes("Accepted", "UnsupportedValue", String.join("; ", messages)), messages);
    }

    /** The resource is not used. */
    void refused(Resource resource, String reason, String message) {
        put(resource, new Conditions().no("Accepted", reason, message), List.of(message));
    }

    private void put(Resource resource, Conditions conditions, List<String> messages) {
        ObjectNode status = resource.status().deepCopy();
        JsonNode before = status.get("conditions");
        status.set("conditions", conditions.render(before, resource.metadata().generation(), now));
        if (resource.apiVersion().contains("istio.io/")) {
            status.remove("validationMessages");
            if (!messages.isEmpty()) {
                validation(status.putArray("validationMessages"), messages);
            }
        }
        statuses.put(resource.key(), status);
    }

    /** Istio's shape of analysis messages; IST0106 is its SchemaValidationError. */
    private static void validation(ArrayNode list, List<String> messages) {
        for (String message : messages) {
            ObjectNode item = list.addObject();
            item.putObject("type").put("name", "SchemaValidationError").put("code", "IST0106");
            item.put("level", "WARNING");
            item.put("message", message);
        }
    }
}
