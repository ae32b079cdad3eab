package dev.polder.mesh.config;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Policies as JSON, for {@link SnapshotJson}: {@code rules[rule][clause][match]} as in ztunnel's dumps. */
final class PolicyJson {

    private PolicyJson() {}

    static void policy(ObjectNode node, AuthorizationPolicy policy) {
        node.put("name", policy.key());
        node.put("scope", policy.scope().name());
        node.put("action", policy.action().name());
        ArrayNode rules = node.putArray("rules");
        for (AuthorizationPolicy.Rule rule : policy.rules()) {
            ArrayNode clauses = rules.addArray();
            for (AuthorizationPolicy.Clause clause : rule.clauses()) {
                ArrayNode matches = clauses.addArray();
                clause.matches().forEach(match -> match(matches.addObject(), match));
            }
        }
    }

    private static void match(ObjectNode node, ConnectionMatch match) {
        list(node, "namespaces", match.namespaces());
        list(node, "notNamespaces", match.notNamespaces());
        list(node, "principals", match.principals());
        list(node, "notPrincipals", match.notPrincipals());
        list(node, "sourceIps", match.sourceIps());
        list(node, "notSourceIps", match.notSourceIps());
        list(node, "destinationIps", match.destinationIps());
        list(node, "notDestinationIps", match.notDestinationIps());
        list(node, "destinationPorts", match.destinationPorts());
        list(node, "notDestinationPorts", match.notDestinationPorts());
    }

    private static void list(ObjectNode node, String name, List<?> values) {
        if (!values.isEmpty()) {
            ArrayNode array = node.putArray(name);
            values.forEach(value -> array.add(text(value)));
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case StringMatch.Exact match -> match.value();
            case StringMatch.Prefix match -> match.value() + "*";
            case StringMatch.Suffix match -> "*" + match.value();
            case StringMatch.Presence match -> "*";
            case IpBlock block -> block.network().getHostAddress() + "/" + block.prefixLength();
            default -> value.toString();
        };
    }
}
