package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Which fields of which kind say how entities relate, and what both ends of such a relation are called. */
final class RelationRules {

    /** One half of a relation: said of {@code source}, wherever it is declared. */
    record Edge(EntityRef source, String type, EntityRef target) {}

    /** {@code kind} is the one meant when the reference names none; null where it must. */
    private record Rule(String field, @Nullable String kind, String there, String back) {}

    private static final Rule OWNER = new Rule("owner", "Group", "ownedBy", "ownerOf");
    private static final Rule SYSTEM = new Rule("system", "System", "partOf", "hasPart");
    private static final Rule DEPENDS_ON = new Rule("dependsOn", null, "dependsOn", "dependencyOf");
    private static final Rule DEPENDENCY_OF = new Rule("dependencyOf", null, "dependencyOf", "dependsOn");

    private static final Map<String, List<Rule>> RULES = Map.of(
            "Component",
            List.of(
                    OWNER,
                    new Rule("subcomponentOf", "Component", "partOf", "hasPart"),
                    new Rule("providesApis", "API", "providesApi", "apiProvidedBy"),
                    new Rule("consumesApis", "API", "consumesApi", "apiConsumedBy"),
                    DEPENDS_ON,
                    DEPENDENCY_OF,
                    SYSTEM),
            "API",
            List.of(OWNER, SYSTEM),
            "Resource",
            List.of(OWNER, DEPENDS_ON, DEPENDENCY_OF, SYSTEM),
            "User",
            List.of(new Rule("memberOf", "Group", "memberOf", "hasMember")),
            "Group",
            List.of(
                    new Rule("parent", "Group", "childOf", "parentOf"),
                    new Rule("children", "Group", "parentOf", "childOf"),
                    new Rule("members", "User", "hasMember", "memberOf")),
            "System",
            List.of(OWNER, new Rule("domain", "Domain", "partOf", "hasPart")),
            "Domain",
            List.of(OWNER, new Rule("subdomainOf", "Domain", "partOf", "hasPart")),
            "Template",
            List.of(OWNER),
            "AiResource",
            List.of(
                    OWNER,
                    SYSTEM,
                    new Rule("dependsOn", "AiResource", "dependsOn", "dependencyOf"),
                    new Rule("skills", "AiResource", "hasPart", "partOf"),
                    new Rule("plugins", "AiResource", "hasPart", "partOf")));

    /** Lists whose order means nothing, and which are therefore kept sorted. */
    static final List<String> SORTED_FIELDS =
            List.of("providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members");

    private RelationRules() {}

    /**
     * Both halves of every relation that the entity declares.
     *
     * @param problems where fields go that are no references
     */
    static List<Edge> edges(JsonNode entity, EntityRef self, List<EntityProblem> problems) {
        List<Edge> edges = new ArrayList<>();
        for (Rule rule : RULES.getOrDefault(entity.path("kind").asString(""), List.of())) {
            JsonNode value = entity.path("spec").path(rule.field());
            if (value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    edge(rule, value.path(i), "spec." + rule.field() + "[" + i + "]", self, edges, problems);
                }
            } else if (!value.isMissingNode() && !value.isNull()) {
                edge(rule, value, "spec." + rule.field(), self, edges, problems);
            }
        }
        return edges;
    }

    private static void edge(
            Rule rule, JsonNode value, String field, EntityRef self, List<Edge> edges, List<EntityProblem> problems) {
        try {
            EntityRef target = EntityRef.parse(value.asString(), rule.kind(), self.namespace());
            edges.add(new Edge(self, rule.there(), target));
            edges.add(new Edge(target, rule.back(), self));
        } catch (RuntimeException e) {
            problems.add(EntityProblem.of("TypeError", String.valueOf(e.getMessage()), field));
        }
    }
}
