package dev.polder.portal.scaffolder;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Findings of JSON Schema (draft-07) in the shape and words of the npm package {@code jsonschema}, which Backstage's forms
 * show beside their fields. A schema cannot load another one.
 */
final class SchemaErrors {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7,
            builder -> builder.schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false)
                            .allow(iri -> iri.toString().startsWith("http://json-schema.org/"))));

    /** Keywords whose findings inside are summed up by one finding of their own. */
    private static final Set<String> BRANCHES = Set.of("oneOf", "anyOf", "not", "if", "contains", "propertyNames");

    private SchemaErrors() {}

    /**
     * Every finding; empty when the instance is valid.
     *
     * @param what what the schema is of, for the message when the schema itself is broken
     * @param root what the instance is called, {@code instance} or {@code secrets}
     * @throws Problem INVALID when the schema is none
     */
    static ArrayNode of(String what, JsonNode schema, JsonNode instance, String root) {
        ArrayNode findings = JsonNodeFactory.instance.arrayNode();
        if (!schema.isObject()) {
            return findings;
        }
        ObjectNode plain = ((ObjectNode) schema).deepCopy();
        plain.remove(List.of("$schema", "$id", "id"));
        try {
            Schema compiled = REGISTRY.getSchema(plain);
            Set<String> dependencies = new HashSet<>();
            for (Error error : compiled.validate(instance)) {
                if (!insideBranch(error)) {
                    String dependency = dependency(error);
                    if (!dependency.isEmpty() && dependencies.add(dependency)) {
                        findings.add(dependencyFinding(dependency, plain, instance, root));
                    }
                    findings.add(finding(error, root, plain));
                }
            }
        } catch (SchemaException | IllegalArgumentException e) {
            throw Problem.invalid(what + ": not a JSON Schema: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw Problem.invalid(what + ": a JSON Schema that refers to itself without an end");
        }
        return findings;
    }

    /** The findings as {@code jsonschema} joins them in one line. */
    static String text(ArrayNode findings) {
        List<String> lines = new ArrayList<>();
        findings.forEach(finding -> lines.add(finding.path("stack").asString()));
        return String.join(", ", lines);
    }

    private static boolean insideBranch(Error error) {
        int last = error.getEvaluationPath().getNameCount() - 1;
        for (int i = 0; i < last; i++) {
            boolean property = i > 0 && error.getEvaluationPath().getName(i - 1).equals("properties");
            if (!property && BRANCHES.contains(error.getEvaluationPath().getName(i))) {
                return true;
            }
        }
        return false;
    }

    /** The field at the root that made a dependency apply; empty when none did. */
    private static String dependency(Error error) {
        boolean first = error.getEvaluationPath().getNameCount() > 2
                && error.getEvaluationPath().getName(0).equals("dependencies");
        return first ? error.getEvaluationPath().getName(1) : "";
    }

    private static ObjectNode dependencyFinding(String field, JsonNode schema, JsonNode instance, String root) {
        String property = root + "." + field;
        ObjectNode finding = JsonNodeFactory.instance.objectNode();
        finding.putArray("path");
        finding.put("property", root);
        finding.put("message", "does not meet dependency required by " + property);
        finding.set("schema", schema);
        finding.set("instance", instance);
        finding.put("name", "dependencies").put("argument", property);
        finding.put("stack", root + " does not meet dependency required by " + property);
        return finding;
    }

    private static ObjectNode finding(Error error, String root, JsonNode whole) {
        ObjectNode finding = JsonNodeFactory.instance.objectNode();
        ArrayNode path = finding.putArray("path");
        StringBuilder property = new StringBuilder(root);
        String dependency = dependency(error);
        if (!dependency.isEmpty()) {
            // jsonschema names the field that brought the dependency, whatever the schema then looks at
            path.add(dependency);
            property.append('.').append(dependency);
        }
        for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
            Object part = error.getInstanceLocation().getElement(i);
            if (part instanceof Integer index) {
                path.add(index);
                property.append('[').append(index).append(']');
            } else {
                path.add(part.toString());
                property.append(
                        part.toString().matches("[A-Za-z_$][A-Za-z0-9_$]*")
                                ? "." + part
                                : "[" + JsonNodeFactory.instance.stringNode(part.toString()) + "]");
            }
        }
        String message = message(error);
        finding.put("property", property.toString());
        finding.put("message", message);
        finding.set("schema", enclosing(error, whole));
        if (error.getInstanceNode() != null) {
            finding.set("instance", error.getInstanceNode());
        }
        finding.put("name", error.getKeyword());
        if (!error.getKeyword().equals("uniqueItems")) {
            finding.set("argument", argument(error));
        }
        finding.put("stack", property + " " + message);
        return finding;
    }

    /** The schema that the broken keyword stands in; the keyword alone when a {@code $ref} lies between. */
    private static JsonNode enclosing(Error error, JsonNode whole) {
        JsonNode schema = whole;
        for (int i = 0; i < error.getEvaluationPath().getNameCount() - 1; i++) {
            Object part = error.getEvaluationPath().getElement(i);
            schema = part instanceof Integer index ? schema.path(index) : schema.path(part.toString());
        }
        if (schema.has(error.getKeyword())) {
            return schema;
        }
        ObjectNode alone = JsonNodeFactory.instance.objectNode();
        if (error.getSchemaNode() != null) {
            alone.set(error.getKeyword(), error.getSchemaNode());
        }
        return alone;
    }

    private static JsonNode argument(Error error) {
        JsonNode rule = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "required", "additionalProperties" ->
                JsonNodeFactory.instance.stringNode(String.valueOf(error.getProperty()));
            case "oneOf", "anyOf" -> {
                ArrayNode names = JsonNodeFactory.instance.arrayNode();
                branchNames(rule).forEach(names::add);
                yield names;
            }
            case "type" ->
                rule.isArray() ? rule : JsonNodeFactory.instance.arrayNode().add(rule);
            default -> rule == null ? JsonNodeFactory.instance.nullNode() : rule;
        };
    }

    private static String message(Error error) {
        JsonNode rule = error.getSchemaNode();
        String quotedProperty = JsonNodeFactory.instance
                .stringNode(String.valueOf(error.getProperty()))
                .toString();
        return switch (error.getKeyword()) {
            case "required" -> "requires property " + quotedProperty;
            case "additionalProperties" -> "is not allowed to have the additional property " + quotedProperty;
            case "type" -> "is not of a type(s) " + words(rule, ",");
            case "enum" -> "is not one of enum values: " + words(rule, ",");
            case "const" -> "does not exactly match expected constant: " + rule.asString("[object Object]");
            case "pattern" -> "does not match pattern " + rule;
            case "format" -> "does not conform to the " + rule + " format";
            case "minLength", "minItems" -> "does not meet minimum length of " + rule;
            case "maxLength", "maxItems" -> "does not meet maximum length of " + rule;
            case "minProperties" -> "does not meet minimum property length of " + rule;
            case "maxProperties" -> "does not meet maximum property length of " + rule;
            case "minimum" -> "must be greater than or equal to " + rule;
            case "maximum" -> "must be less than or equal to " + rule;
            case "exclusiveMinimum" -> "must be strictly greater than " + rule;
            case "exclusiveMaximum" -> "must be strictly less than " + rule;
            case "multipleOf" -> "is not a multiple of (divisible by) " + rule;
            case "uniqueItems" -> "contains duplicate item";
            case "contains" -> "must contain an item matching given schema";
            case "additionalItems" -> "additionalItems not permitted";
            case "oneOf" -> "is not exactly one from " + branches(rule);
            case "anyOf" -> "is not any of " + branches(rule);
            default -> String.valueOf(error.getMessage());
        };
    }

    private static String words(JsonNode rule, String separator) {
        return rule.isArray()
                ? rule.valueStream().map(item -> item.asString(item.toString())).collect(Collectors.joining(separator))
                : rule.asString(rule.toString());
    }

    private static String branches(JsonNode rule) {
        return String.join(",", branchNames(rule));
    }

    /** Each branch by its title, its {@code $ref}, or its place. */
    private static List<String> branchNames(JsonNode rule) {
        List<String> names = new ArrayList<>();
        for (JsonNode branch : rule) {
            String title = branch.path("title").asString("");
            String ref = branch.path("$ref").asString("");
            names.add(
                    !title.isEmpty()
                            ? JsonNodeFactory.instance.stringNode(title).toString()
                            : !ref.isEmpty() ? "<" + ref + ">" : "[subschema " + names.size() + "]");
        }
        return names;
    }
}
