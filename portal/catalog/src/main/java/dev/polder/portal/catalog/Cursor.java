package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a list goes on: the whole question and the row it stopped at, as base64 of JSON.
 *
 * <p>The shape is part of the contract: Backstage's client decodes it, and goes on with POST when it finds a key
 * {@code query}, with GET otherwise.
 *
 * @param at the value (when ordered) and the uid of the row at the edge
 * @param first the same of the first page's first row; null on no page but the first
 * @param totalItems the count of the first page, or null
 */
record Cursor(
        @Nullable EntityPredicate where,
        EntityQuery.@Nullable Order order,
        EntityQuery.@Nullable Text text,
        List<String> at,
        boolean backwards,
        @Nullable List<String> first,
        @Nullable Integer totalItems) {

    private static final JsonMapper JSON = JsonMapper.shared();

    String encode() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (where != null) {
            json.set("query", where.toJson());
        }
        ArrayNode orders = json.putArray("orderFields");
        if (order != null) {
            orders.addObject().put("field", order.field()).put("order", order.descending() ? "desc" : "asc");
        }
        if (text != null) {
            ObjectNode filter = json.putObject("fullTextFilter").put("term", text.term());
            if (!text.fields().isEmpty()) {
                text.fields().forEach(filter.putArray("fields")::add);
            }
        }
        at.forEach(json.putArray("orderFieldValues")::add);
        json.put("isPrevious", backwards);
        if (first != null) {
            first.forEach(json.putArray("firstSortFieldValues")::add);
        }
        if (totalItems != null) {
            json.put("totalItems", totalItems);
        }
        return Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(json));
    }

    /**
     * Reads what {@link #encode} wrote, or what Backstage's own backend would have written.
     *
     * @throws Problem INVALID {@code Malformed cursor: …}
     */
    static Cursor decode(String text) {
        JsonNode json;
        try {
            String padded = text.replace('-', '+').replace('_', '/');
            json = JSON.readTree(new String(Base64.getMimeDecoder().decode(padded), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | JacksonException e) {
            throw malformed("not base64 of JSON");
        }
        require(json.isObject(), "expected an object");
        require(json.path("orderFields").isArray(), "orderFields: expected an array");
        require(json.path("isPrevious").isBoolean(), "isPrevious: expected a boolean");
        EntityQuery.Order order = null;
        JsonNode firstOrder = json.path("orderFields").path(0);
        if (!firstOrder.isMissingNode()) {
            String direction = firstOrder.path("order").asString("");
            require(firstOrder.path("field").isString(), "orderFields[0].field: expected a string");
            require(direction.equals("asc") || direction.equals("desc"), "orderFields[0].order: expected asc or desc");
            order = new EntityQuery.Order(firstOrder.path("field").asString(), direction.equals("desc"));
        }
        return new Cursor(
                json.has("query") ? PredicateJson.parse(json.path("query"), "Malformed cursor") : null,
                order,
                json.has("fullTextFilter") ? text(json.path("fullTextFilter")) : null,
                strings(json.path("orderFieldValues"), "orderFieldValues"),
                json.path("isPrevious").booleanValue(),
                json.has("firstSortFieldValues")
                        ? strings(json.path("firstSortFieldValues"), "firstSortFieldValues")
                        : null,
                json.has("totalItems") ? total(json.path("totalItems")) : null);
    }

    private static EntityQuery.Text text(JsonNode filter) {
        require(filter.path("term").isString(), "fullTextFilter.term: expected a string");
        return new EntityQuery.Text(
                filter.path("term").asString(),
                filter.has("fields") ? strings(filter.path("fields"), "fullTextFilter.fields") : List.of());
    }

    private static List<String> strings(JsonNode array, String field) {
        require(array.isArray(), field + ": expected an array");
        List<String> values = new ArrayList<>();
        for (JsonNode item : array) {
            require(item.isString() || item.isNull(), field + ": expected strings");
            values.add(item.asString(""));
        }
        return List.copyOf(values);
    }

    private static int total(JsonNode count) {
        require(count.isIntegralNumber() && count.canConvertToInt(), "totalItems: expected a whole number");
        return count.intValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw malformed(otherwise);
        }
    }

    private static Problem malformed(String why) {
        return Problem.invalid("Malformed cursor: " + why);
    }
}
