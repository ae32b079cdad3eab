package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Request;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What Backstage's OpenAPI document says about requests, in the words of the validator that stands in front of its
 * routes: unknown and empty query parameters, whole numbers, allowed values, required properties.
 */
final class RequestRules {

    private RequestRules() {}

    /**
     * Refuses query parameters that the endpoint does not have, or that are empty.
     *
     * @throws Problem INVALID
     */
    static void query(Request request, String... allowed) {
        Set<String> known = Set.of(allowed);
        for (String name : request.queryNames()) {
            if (!known.contains(name)) {
                throw Problem.invalid("Unknown query parameter '" + name + "'");
            }
        }
        for (String name : request.queryNames()) {
            if (request.queryAll(name).stream().anyMatch(String::isEmpty)) {
                throw Problem.invalid("Empty value found for query parameter '" + name + "'");
            }
        }
    }

    /** A whole number that is not negative. */
    static Optional<Integer> wholeNumber(Request request, String name) {
        List<String> values = request.queryAll(name);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        try {
            int value = Integer.parseInt(values.getFirst().trim());
            if (values.size() == 1 && value >= 0) {
                return Optional.of(value);
            }
            throw Problem.invalid("request/query/" + name + (values.size() > 1 ? " must be integer" : " must be >= 0"));
        } catch (NumberFormatException e) {
            throw Problem.invalid("request/query/" + name + " must be integer");
        }
    }

    /** One of a few words. */
    static Optional<String> oneOf(Request request, String name, String... allowed) {
        Optional<String> value = request.query(name);
        if (value.isPresent() && !List.of(allowed).contains(value.get())) {
            throw Problem.invalid("request/query/" + name + " must be equal to one of the allowed values: "
                    + String.join(", ", allowed));
        }
        return value;
    }

    /** The JSON object in the body. */
    static JsonNode object(Request request) {
        if (request.body().length == 0) {
            throw Problem.invalid("unsupported media type undefined");
        }
        JsonNode body = request.json();
        if (!body.isObject()) {
            throw Problem.invalid("request/body must be object");
        }
        return body;
    }

    /** A property that must be there. */
    static JsonNode required(JsonNode body, String at, String property) {
        if (!body.has(property)) {
            throw Problem.invalid("request/" + at + " must have required property '" + property + "'");
        }
        return body.path(property);
    }

    /** A text that must be there. */
    static String requiredText(JsonNode body, String at, String property) {
        JsonNode value = required(body, at, property);
        if (!value.isString()) {
            throw Problem.invalid("request/" + at + "/" + property + " must be string");
        }
        return value.asString();
    }

    /** A list of texts; empty when it is not there. */
    static List<String> texts(JsonNode body, String property) {
        JsonNode list = body.path(property);
        if (list.isMissingNode()) {
            return List.of();
        }
        if (!list.isArray()) {
            throw Problem.invalid("request/body/" + property + " must be array");
        }
        for (int i = 0; i < list.size(); i++) {
            if (!list.path(i).isString()) {
                throw Problem.invalid("request/body/" + property + "/" + i + " must be string");
            }
        }
        return list.valueStream().map(JsonNode::asString).toList();
    }

    /** A number; empty when it is not there. */
    static Optional<Integer> number(JsonNode body, String property) {
        JsonNode value = body.path(property);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isNumber()) {
            throw Problem.invalid("request/body/" + property + " must be number");
        }
        if (!value.canConvertToInt() || value.intValue() < 0 || value.doubleValue() != value.intValue()) {
            throw Problem.invalid("request/body/" + property + ": " + value + " (expected: a whole number from 0 on)");
        }
        return Optional.of(value.intValue());
    }
}
