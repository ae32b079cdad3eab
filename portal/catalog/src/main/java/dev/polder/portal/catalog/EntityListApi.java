package dev.polder.portal.catalog;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.portal.catalog.EntityQuery.EntityPage;
import dev.polder.portal.catalog.EntityQuery.Order;
import dev.polder.portal.catalog.EntityQuery.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lists of entities: {@code GET /entities} and {@code /entities/by-query} in both methods. */
final class EntityListApi {

    private static final Pattern ORDER = Pattern.compile("(asc|desc):(.+)");

    private final Catalog catalog;

    EntityListApi(Catalog catalog) {
        this.catalog = catalog;
    }

    void addTo(Routes routes) {
        routes.get("/entities", this::list)
                .get("/entities/by-query", this::byQuery)
                .add(HttpMethod.POST, "/entities/by-query", Access.READ, this::byPredicate);
    }

    private HttpResponse list(Request request) {
        RequestRules.query(request, "fields", "limit", "filter", "offset", "after", "order");
        Optional<Integer> limit = RequestRules.wholeNumber(request, "limit");
        Optional<Integer> offset = RequestRules.wholeNumber(request, "offset");
        EntityPredicate where = FilterStrings.parse(request.queryAll("filter"));
        FieldSelection fields = FieldSelection.of(request.queryAll("fields"));
        List<Order> orders = new ArrayList<>();
        for (String order : request.queryAll("order")) {
            Matcher matcher = ORDER.matcher(order);
            if (!matcher.matches()) {
                throw Problem.invalid(
                        "Invalid order parameter \"" + order + "\", expected \"<asc or desc>:<field name>\"");
            }
            orders.add(new Order(matcher.group(2), matcher.group(1).equals("desc")));
        }
        Optional<String> after = request.query("after");
        if (limit.isEmpty() && offset.isEmpty() && after.isEmpty()) {
            EntityQuery all = new EntityQuery(
                    where, orders.isEmpty() ? null : orders.getFirst(), null, Integer.MAX_VALUE - 1, 0, false, null);
            return EntityStream.of(request.context(), catalog.query(all).items(), fields);
        }
        if (limit.isPresent() && limit.get() == 0) {
            throw Problem.invalid("Invalid limit, must be greater than zero");
        }
        int size = limit.orElse(-1);
        int from = offset.orElse(0);
        if (after.isPresent()) {
            JsonNode cursor = afterCursor(after.get());
            size = wholeNumber(cursor, "limit", size);
            from = wholeNumber(cursor, "offset", from);
        }
        return page(request, where, orders, fields, from, size);
    }

    private HttpResponse page(
            Request request,
            @Nullable EntityPredicate where,
            List<Order> orders,
            @Nullable FieldSelection fields,
            int from,
            int size) {
        List<Entity> found = new EntityList(catalog.index()).slice(where, orders, from, size < 0 ? -1 : size + 1);
        boolean more = size >= 0 && found.size() > size;
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        for (Entity entity : more ? found.subList(0, size) : found) {
            items.add(fields == null ? entity.json() : fields.of(entity.json()));
        }
        if (!more) {
            return Responses.json(items);
        }
        String cursor = Base64.getEncoder()
                .encodeToString(
                        ("{\"limit\":" + size + ",\"offset\":" + (from + size) + "}").getBytes(StandardCharsets.UTF_8));
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .contentType(MediaType.JSON_UTF_8)
                        .add(HttpHeaderNames.LINK, "<" + next(request, cursor) + ">; rel=\"next\"")
                        .build(),
                com.linecorp.armeria.common.HttpData.wrap(JsonMapper.shared().writeValueAsBytes(items)));
    }

    /** The request again, without its offset and going on after the cursor. */
    private static String next(Request request, String cursor) {
        List<String> parameters = new ArrayList<>();
        boolean replaced = false;
        String query = request.pathWithQuery().replaceFirst("^[^?]*\\??", "");
        for (String parameter : query.split("&")) {
            String name = parameter.replaceFirst("=.*", "");
            if (name.equals("after")) {
                parameters.add("after=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
                replaced = true;
            } else if (!name.isEmpty() && !name.equals("offset")) {
                parameters.add(parameter);
            }
        }
        if (!replaced) {
            parameters.add("after=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
        }
        return "/entities?" + String.join("&", parameters);
    }

    private static JsonNode afterCursor(String after) {
        try {
            JsonNode cursor =
                    JsonMapper.shared().readTree(Base64.getMimeDecoder().decode(after));
            if (cursor.isObject()) {
                return cursor;
            }
        } catch (IllegalArgumentException | JacksonException e) {
            throw Problem.invalid("Malformed after cursor, could not be parsed");
        }
        throw Problem.invalid("Malformed after cursor, could not be parsed");
    }

    private static int wholeNumber(JsonNode cursor, String field, int otherwise) {
        JsonNode value = cursor.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.intValue() < 0) {
            throw Problem.invalid("Malformed after cursor, " + field + " was not a number");
        }
        return value.intValue();
    }

    private HttpResponse byQuery(Request request) {
        RequestRules.query(
                request,
                "fields",
                "limit",
                "offset",
                "orderField",
                "cursor",
                "filter",
                "totalItems",
                "fullTextFilterTerm",
                "fullTextFilterFields");
        int limit = RequestRules.wholeNumber(request, "limit").orElse(EntityQuery.DEFAULT_LIMIT);
        int offset = RequestRules.wholeNumber(request, "offset").orElse(0);
        boolean count =
                !RequestRules.oneOf(request, "totalItems", "include", "exclude").equals(Optional.of("exclude"));
        FieldSelection fields = FieldSelection.of(request.queryAll("fields"));
        Optional<String> cursor = request.query("cursor");
        if (cursor.isPresent()) {
            return answer(EntityQuery.page(cursor.get()).limit(limit), fields);
        }
        EntityPredicate where = FilterStrings.parse(request.queryAll("filter"));
        List<Order> orders = new ArrayList<>();
        for (String orderField : request.queryAll("orderField")) {
            String[] parts = orderField.split(",", -1);
            if (parts.length > 1 && !parts[1].equals("asc") && !parts[1].equals("desc")) {
                throw Problem.invalid("Invalid order field order, must be asc or desc");
            }
            orders.add(new Order(parts[0], parts.length > 1 && parts[1].equals("desc")));
        }
        List<String> textFields = new ArrayList<>();
        request.queryAll("fullTextFilterFields").forEach(joined -> textFields.addAll(List.of(joined.split(","))));
        Text text = new Text(request.query("fullTextFilterTerm").orElse(""), textFields);
        return answer(
                new EntityQuery(where, orders.isEmpty() ? null : orders.getFirst(), text, limit, offset, count, null),
                fields);
    }

    private HttpResponse byPredicate(Request request) {
        RequestRules.query(request);
        JsonNode body =
                request.body().length == 0 ? JsonNodeFactory.instance.objectNode() : RequestRules.object(request);
        FieldSelection fields = FieldSelection.of(RequestRules.texts(body, "fields"));
        int limit = RequestRules.number(body, "limit").orElse(EntityQuery.DEFAULT_LIMIT);
        int offset = RequestRules.number(body, "offset").orElse(0);
        if (body.has("cursor")) {
            String cursor = RequestRules.requiredText(body, "body", "cursor");
            if (cursor.isEmpty()) {
                throw Problem.invalid("Cursor cannot be empty");
            }
            return answer(EntityQuery.page(cursor).limit(limit), fields);
        }
        if (body.has("query") && !body.path("query").isObject()) {
            throw Problem.invalid("request/body/query must be object");
        }
        EntityPredicate where = body.has("query") ? PredicateJson.parse(body.path("query"), "Invalid query") : null;
        String total = body.path("totalItems").asString("include");
        if (!total.equals("include") && !total.equals("exclude")) {
            throw Problem.invalid(
                    "request/body/totalItems must be equal to one of the allowed values: include, exclude");
        }
        return answer(
                new EntityQuery(
                        where, order(body.path("orderBy")), text(body), limit, offset, total.equals("include"), null),
                fields);
    }

    private static @Nullable Order order(JsonNode orders) {
        if (!orders.isMissingNode() && !orders.isArray()) {
            throw Problem.invalid("request/body/orderBy must be array");
        }
        for (int i = 0; i < orders.size(); i++) {
            String at = "body/orderBy/" + i;
            RequestRules.requiredText(orders.path(i), at, "field");
            String direction = RequestRules.requiredText(orders.path(i), at, "order");
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw Problem.invalid("request/" + at + "/order must be equal to one of the allowed values: asc, desc");
            }
        }
        JsonNode first = orders.path(0);
        return first.isMissingNode()
                ? null
                : new Order(
                        first.path("field").asString(),
                        first.path("order").asString().equals("desc"));
    }

    private static @Nullable Text text(JsonNode body) {
        JsonNode filter = body.path("fullTextFilter");
        return filter.isMissingNode()
                ? null
                : new Text(filter.path("term").asString(""), RequestRules.texts(filter, "fields"));
    }

    private HttpResponse answer(EntityQuery query, @Nullable FieldSelection fields) {
        EntityPage page = catalog.query(query);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        for (Entity entity : page.items()) {
            items.add(fields == null ? entity.json() : fields.of(entity.json()));
        }
        answer.put("totalItems", page.totalItems());
        ObjectNode info = answer.putObject("pageInfo");
        page.nextCursor().ifPresent(cursor -> info.put("nextCursor", cursor));
        page.prevCursor().ifPresent(cursor -> info.put("prevCursor", cursor));
        return Responses.json(answer);
    }
}
