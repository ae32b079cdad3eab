package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads Backstage's JSON filter predicates: {@code {"kind": "api", "$not": …}} and their operators. */
final class PredicateJson {

    private static final int MAX_DEPTH = 50;

    private PredicateJson() {}

    /**
     * Reads a predicate.
     *
     * @param what how the message starts, such as {@code Invalid query}
     * @throws Problem INVALID
     */
    static EntityPredicate parse(JsonNode json, String what) {
        return predicate(json, what, 0);
    }

    private static EntityPredicate predicate(JsonNode json, String what, int depth) {
        if (depth > MAX_DEPTH) {
            throw Problem.invalid(what + ": nested deeper than " + MAX_DEPTH + " levels");
        }
        if (json.isString() || json.isNumber() || json.isBoolean()) {
            throw Problem.invalid("Invalid filter predicate: top-level primitive values are not supported. Wrap the"
                    + " value in a field expression, e.g. { \"kind\": " + json + " }");
        }
        if (!json.isObject()) {
            throw Problem.invalid(what + ": " + json + " (expected: an object)");
        }
        for (String operator : List.of("$all", "$any", "$not")) {
            if (json.has(operator)) {
                if (json.size() != 1) {
                    throw Problem.invalid(what + ": " + operator + " stands beside other keys (expected: alone)");
                }
                return logical(operator, json.path(operator), what, depth);
            }
        }
        List<EntityPredicate> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getKey().startsWith("$")) {
                throw Problem.invalid(
                        what + ": unknown operator " + field.getKey() + " (expected: a field, $all, $any or $not)");
            }
            parts.add(field(field.getKey(), field.getValue(), what));
        }
        return parts.size() == 1 ? parts.getFirst() : new EntityPredicate.All(parts);
    }

    private static EntityPredicate logical(String operator, JsonNode value, String what, int depth) {
        if (operator.equals("$not")) {
            return new EntityPredicate.Not(predicate(value, what, depth + 1));
        }
        if (!value.isArray()) {
            throw Problem.invalid(what + ": " + operator + ": " + value + " (expected: an array)");
        }
        List<EntityPredicate> parts = new ArrayList<>();
        for (JsonNode part : value) {
            parts.add(predicate(part, what, depth + 1));
        }
        return operator.equals("$all") ? new EntityPredicate.All(parts) : new EntityPredicate.Any(parts);
    }

    private static EntityPredicate field(String key, JsonNode value, String what) {
        if (isPrimitive(value)) {
            return EntityPredicate.equal(key, JsNumbers.text(value));
        }
        if (value.path("$exists").isBoolean()) {
            EntityPredicate exists = new EntityPredicate.Exists(key);
            return value.path("$exists").booleanValue() ? exists : new EntityPredicate.Not(exists);
        }
        if (value.path("$in").isArray()) {
            List<String> values = new ArrayList<>();
            for (JsonNode item : value.path("$in")) {
                if (!isPrimitive(item)) {
                    throw Problem.invalid(what + ": $in of \"" + key + "\": " + item + " (expected: primitive values)");
                }
                values.add(JsNumbers.text(item));
            }
            return new EntityPredicate.In(key, values);
        }
        if (value.has("$contains")) {
            return contains(key, value.path("$contains"));
        }
        if (value.path("$hasPrefix").isString()) {
            return new EntityPredicate.Prefix(key, value.path("$hasPrefix").asString());
        }
        throw Problem.invalid(what + ": field \"" + key + "\": " + value
                + " (expected: a primitive value, $exists, $in, $hasPrefix or $contains)");
    }

    private static EntityPredicate contains(String key, JsonNode target) {
        if (isPrimitive(target)) {
            return EntityPredicate.equal(key, JsNumbers.text(target));
        }
        if (!target.isObject()) {
            throw Problem.invalid(
                    "Unsupported $contains target for field \"" + key.toLowerCase(Locale.ROOT) + "\": " + target);
        }
        if (!key.equalsIgnoreCase("relations")) {
            throw Problem.invalid(
                    "Object form of $contains is not supported for field \"" + key.toLowerCase(Locale.ROOT) + "\"");
        }
        String type = "";
        List<String> targets = null;
        for (Map.Entry<String, JsonNode> field : target.properties()) {
            switch (field.getKey().toLowerCase(Locale.ROOT)) {
                case "type" -> {
                    if (!type.isEmpty()) {
                        throw duplicate(field.getKey());
                    }
                    type = field.getValue().asString("");
                }
                case "targetref" -> {
                    if (targets != null) {
                        throw duplicate(field.getKey());
                    }
                    targets = targetRefs(field.getValue());
                }
                default ->
                    throw Problem.invalid("Unsupported key \"" + field.getKey()
                            + "\" in $contains for \"relations\". Only \"type\" and \"targetRef\" are supported");
            }
        }
        if (type.isEmpty()) {
            throw Problem.invalid("The $contains operator for \"relations\" requires a \"type\" string property");
        }
        String relation = "relations." + type;
        return targets == null ? new EntityPredicate.Exists(relation) : new EntityPredicate.In(relation, targets);
    }

    private static List<String> targetRefs(JsonNode value) {
        if (value.isString()) {
            return List.of(value.asString());
        }
        JsonNode in = value.path("$in");
        if (value.size() == 1 && in.isArray() && in.valueStream().allMatch(JsonNode::isString)) {
            if (in.isEmpty()) {
                throw Problem.invalid("Empty \"$in\" array for $contains on \"relations\" is not allowed");
            }
            return in.valueStream().map(JsonNode::asString).toList();
        }
        throw Problem.invalid("Unsupported value in $contains for \"relations\": expected a string or { \"$in\":"
                + " [strings] }, but got " + value);
    }

    private static Problem duplicate(String key) {
        return Problem.invalid("Duplicate key \"" + key + "\" in $contains for \"relations\"");
    }

    private static boolean isPrimitive(JsonNode node) {
        return node.isString() || node.isNumber() || node.isBoolean();
    }
}
