package dev.polder.portal.catalog;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schemas of the envelope and of the kinds, and their findings in the words of ajv, which Backstage's answers
 * are made of. Thread-safe.
 */
final class EntitySchemas {

    /** One kind, or one variant of a kind that {@code spec.type} chooses. */
    private record Kind(String name, @Nullable String specType, Set<String> apiVersions, Schema spec) {}

    private final Schema envelope;
    private final List<Kind> kinds = new ArrayList<>();

    EntitySchemas() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
        envelope = registry.getSchema(resource("envelope.schema.json"));
        for (JsonNode kind : resource("kinds.json")) {
            Set<String> versions = new HashSet<>();
            kind.path("apiVersions").forEach(version -> versions.add(version.asString()));
            kinds.add(new Kind(
                    kind.path("kind").asString(),
                    kind.has("specType") ? kind.path("specType").asString() : null,
                    versions,
                    registry.getSchema(kind.path("spec"))));
        }
    }

    private static JsonNode resource(String name) {
        try (InputStream in = EntitySchemas.class.getResourceAsStream(name)) {
            if (in == null) {
                throw Problem.internal("resource " + name + " is missing from the program", null);
            }
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw Problem.internal("resource " + name + " cannot be read", e);
        }
    }

    /** What is wrong with the envelope; empty when nothing is. The name of each is {@code TypeError}. */
    List<EntityProblem> envelope(JsonNode entity) {
        return problems(envelope, entity, "");
    }

    /** The kinds that are known, as "A, B or C". */
    String names() {
        List<String> names = kinds.stream().map(Kind::name).distinct().sorted().toList();
        return String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    }

    /** What is wrong with the spec; empty when nothing is, absent when no kind matches. */
    Optional<List<EntityProblem>> kind(JsonNode entity) {
        String name = entity.path("kind").asString("");
        String version = entity.path("apiVersion").asString("");
        String type = entity.path("spec").path("type").asString("");
        for (Kind kind : kinds) {
            if (kind.name().equals(name)
                    && kind.apiVersions().contains(version)
                    && (kind.specType() == null || kind.specType().equals(type))) {
                return Optional.of(
                        entity.has("spec")
                                ? problems(kind.spec(), entity.path("spec"), "spec")
                                : List.of(EntityProblem.of(
                                        "TypeError",
                                        "<root> must have required property 'spec' - missingProperty: spec",
                                        "spec")));
            }
        }
        return Optional.empty();
    }

    private static List<EntityProblem> problems(Schema schema, JsonNode value, String at) {
        return schema.validate(value).stream()
                .sorted(Comparator.comparing(
                        (Error error) -> !error.getKeyword().equals("required")))
                .map(error -> problem(error, at))
                .toList();
    }

    private static EntityProblem problem(Error error, String at) {
        StringBuilder pointer = new StringBuilder(at.isEmpty() ? "" : "/" + at);
        StringBuilder field = new StringBuilder(at);
        for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
            Object element = error.getInstanceLocation().getElement(i);
            pointer.append('/').append(element.toString().replace("~", "~0").replace("/", "~1"));
            if (element instanceof Integer) {
                field.append('[').append(element).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(element);
            }
        }
        String property = error.getProperty();
        if (property != null && !field.toString().endsWith("." + property)) {
            field.append(field.isEmpty() ? "" : ".").append(property);
        }
        String where = pointer.isEmpty() ? "<root>" : pointer.toString();
        return EntityProblem.of("TypeError", where + " " + wording(error), field.toString());
    }

    private static String wording(Error error) {
        JsonNode rule = error.getSchemaNode();
        String property = error.getProperty() == null ? "" : error.getProperty();
        return switch (error.getKeyword()) {
            case "required" -> "must have required property '" + property + "' - missingProperty: " + property;
            case "additionalProperties" -> "must NOT have additional properties - additionalProperty: " + property;
            case "type" -> "must be " + values(rule) + " - type: " + values(rule);
            case "minLength" -> "must NOT have fewer than " + rule + " characters - limit: " + rule;
            case "maxLength" -> "must NOT have more than " + rule + " characters - limit: " + rule;
            case "minItems" -> "must NOT have fewer than " + rule + " items - limit: " + rule;
            case "enum" -> "must be equal to one of the allowed values - allowedValues: " + values(rule);
            case "oneOf" -> "must match exactly one schema in oneOf - passingSchemas: null";
            default -> error.getMessage();
        };
    }

    private static String values(JsonNode rule) {
        return rule.isArray()
                ? rule.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
                : rule.asString();
    }
}
