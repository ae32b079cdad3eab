package dev.polder.portal.catalog;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Registered locations: {@code /locations}. */
final class LocationApi {

    private static final int DEFAULT_LIMIT = 1000;
    private static final Set<String> YES = Set.of("true", "1", "yes", "y", "on");
    private static final Set<String> PROPERTIES = Set.of("type", "target", "presence");

    private final Catalog catalog;

    LocationApi(Catalog catalog) {
        this.catalog = catalog;
    }

    void addTo(Routes routes) {
        routes.get("/locations", this::list)
                .post("/locations", this::register)
                .add(HttpMethod.POST, "/locations/by-query", Access.READ, this::byQuery)
                .get("/locations/by-entity/{kind}/{namespace}/{name}", this::byEntity)
                .get("/locations/{id}", this::byId)
                .put("/locations/{id}", this::move)
                .delete("/locations/{id}", this::unregister);
    }

    private HttpResponse list(Request request) {
        RequestRules.query(request);
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        catalog.locations().forEach(location -> items.addObject().set("data", json(location)));
        return Responses.json(items);
    }

    private HttpResponse register(Request request) {
        RequestRules.query(request, "dryRun", "onConflict");
        Optional<String> onConflict = RequestRules.oneOf(request, "onConflict", "refresh", "reject");
        boolean dryRun = request.query("dryRun")
                .map(text -> YES.contains(text.toLowerCase(Locale.ROOT)))
                .orElse(false);
        LocationSpec spec = location(RequestRules.object(request), "body");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (!dryRun) {
            boolean refresh = onConflict.equals(Optional.of("refresh"));
            RegisteredLocation added =
                    catalog.register(spec, refresh ? Catalog.OnConflict.REFRESH : Catalog.OnConflict.REJECT);
            answer.set("location", json(added));
            answer.putArray("entities");
            return Responses.json(201, answer);
        }
        Round.Result result = catalog.tryOut(spec);
        if (!result.mistakes().isEmpty()) {
            throw Problem.invalid(result.mistakes().stream()
                    .map(mistake -> "InputError: " + mistake.message() + " (" + mistake.where() + ")")
                    .collect(Collectors.joining(", ")));
        }
        boolean exists = catalog.locations().stream()
                .anyMatch(known -> known.spec().ref().equals(spec.ref()));
        answer.put("exists", exists);
        answer.set(
                "location",
                json(new RegisteredLocation(spec.ref(), spec.type(), spec.target(), Root.entityRefOf(spec))));
        ArrayNode entities = answer.putArray("entities");
        for (Claim claim : result.claims().values()) {
            if (claim.good() != null) {
                entities.add(claim.good().entity());
            }
        }
        return Responses.json(201, answer);
    }

    static LocationSpec location(JsonNode body, String at) {
        String target = RequestRules.requiredText(body, at, "target");
        String type = RequestRules.requiredText(body, at, "type");
        for (String property : body.propertyNames()) {
            if (!PROPERTIES.contains(property)) {
                throw Problem.invalid("Malformed request: Unrecognized key(s) in object: '" + property + "'");
            }
        }
        String presence = body.path("presence").asString("required");
        if (!presence.equals("required") && !presence.equals("optional")) {
            throw Problem.invalid("Malformed request: presence: \"" + presence + "\" (expected: required or optional)");
        }
        if (LocationSpec.isScript(target)) {
            throw Problem.invalid("Invalid location ref '" + type + ":" + target + "', target is a javascript: URL");
        }
        return new LocationSpec(type, target, presence.equals("optional"));
    }

    private HttpResponse byQuery(Request request) {
        RequestRules.query(request);
        JsonNode body =
                request.body().length == 0 ? JsonNodeFactory.instance.objectNode() : RequestRules.object(request);
        String after = "";
        JsonNode source = body;
        if (body.has("cursor")) {
            source = cursor(RequestRules.requiredText(body, "body", "cursor"));
            after = source.path("afterId").asString("");
        }
        int limit = RequestRules.number(source, "limit").orElse(DEFAULT_LIMIT);
        if (limit < 1) {
            throw Problem.invalid("Limit must be a positive integer >= 1");
        }
        if (source.has("query") && !source.path("query").isObject()) {
            throw Problem.invalid("request/body/query must be object");
        }
        JsonNode query = source.path("query");
        EntityPredicate where = query.isMissingNode() ? null : PredicateJson.parse(query, "Invalid query");
        if (where != null) {
            LocationFilter.requireKnownKeys(where);
        }
        List<RegisteredLocation> matching = catalog.locations().stream()
                .filter(location -> where == null || LocationFilter.matches(where, location))
                .sorted(Comparator.comparing(RegisteredLocation::id))
                .toList();
        return Responses.json(page(matching, limit, after, query));
    }

    private static ObjectNode page(List<RegisteredLocation> matching, int limit, String after, JsonNode query) {
        List<RegisteredLocation> rest = matching.stream()
                .filter(location -> location.id().compareTo(after) > 0)
                .toList();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        rest.stream().limit(limit).forEach(location -> items.add(json(location)));
        answer.put("totalItems", matching.size());
        ObjectNode info = answer.putObject("pageInfo");
        if (rest.size() > limit) {
            ObjectNode cursor = JsonNodeFactory.instance.objectNode();
            cursor.put("limit", limit).put("afterId", rest.get(limit - 1).id());
            if (!query.isMissingNode()) {
                cursor.set("query", query);
            }
            byte[] bytes = cursor.toString().getBytes(StandardCharsets.UTF_8);
            info.put("nextCursor", Base64.getEncoder().encodeToString(bytes));
        }
        return answer;
    }

    private static JsonNode cursor(String text) {
        if (text.isEmpty()) {
            throw Problem.invalid("Cursor cannot be empty");
        }
        try {
            JsonNode cursor =
                    JsonMapper.shared().readTree(Base64.getMimeDecoder().decode(text));
            if (cursor.isObject()) {
                return cursor;
            }
        } catch (IllegalArgumentException | JacksonException e) {
            throw Problem.invalid("Malformed cursor, unknown encoding");
        }
        throw Problem.invalid("Malformed cursor, unknown encoding");
    }

    private HttpResponse byEntity(Request request) {
        RequestRules.query(request);
        String ref = EntityApi.ref(request);
        Entity entity =
                catalog.index().byRef(ref).orElseThrow(() -> Problem.notFound("found no entity for ref " + ref));
        LocationSpec origin = LocationSpec.parse(entity.annotation(Processor.ORIGIN)
                .orElseThrow(() -> Problem.notFound("found no origin annotation for ref " + ref)));
        return Responses.json(json(find(known -> known.spec().ref().equals(origin.ref()))
                .orElseThrow(() -> Problem.notFound(
                        "Found no location with type " + origin.type() + " and target " + origin.target()))));
    }

    private HttpResponse byId(Request request) {
        RequestRules.query(request);
        String id = request.path("id");
        return Responses.json(json(find(known -> known.id().equals(id))
                .orElseThrow(() -> Problem.notFound("Found no location with ID " + id))));
    }

    private Optional<RegisteredLocation> find(java.util.function.Predicate<RegisteredLocation> wanted) {
        return catalog.locations().stream().filter(wanted).findFirst();
    }

    private HttpResponse move(Request request) {
        RequestRules.query(request);
        LocationSpec spec = location(RequestRules.object(request), "body");
        return Responses.json(json(catalog.move(request.path("id"), spec)));
    }

    private HttpResponse unregister(Request request) {
        RequestRules.query(request);
        catalog.unregister(request.path("id"));
        return Responses.empty(204);
    }

    static ObjectNode json(RegisteredLocation location) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", location.id())
                .put("type", location.type())
                .put("target", location.target())
                .put("entityRef", location.entityRef());
    }

    /** Tests a location against a predicate on its four fields. */
    private static final class LocationFilter {

        private static final Set<String> KEYS = Set.of("id", "type", "target", "entityref");

        static void requireKnownKeys(EntityPredicate where) {
            switch (where) {
                case EntityPredicate.All all -> all.parts().forEach(LocationFilter::requireKnownKeys);
                case EntityPredicate.Any any -> any.parts().forEach(LocationFilter::requireKnownKeys);
                case EntityPredicate.Not not -> requireKnownKeys(not.part());
                case EntityPredicate.Exists exists -> requireKnown(exists.key());
                case EntityPredicate.In in -> requireKnown(in.key());
                case EntityPredicate.Prefix prefix -> requireKnown(prefix.key());
            }
        }

        private static void requireKnown(String key) {
            if (!KEYS.contains(key)) {
                throw Problem.invalid("Invalid filter predicate, expected key to be 'id', 'type', 'target',"
                        + " or 'entityRef', got '" + key + "'");
            }
        }

        static boolean matches(EntityPredicate where, RegisteredLocation location) {
            return switch (where) {
                case EntityPredicate.All all -> all.parts().stream().allMatch(part -> matches(part, location));
                case EntityPredicate.Any any -> any.parts().stream().anyMatch(part -> matches(part, location));
                case EntityPredicate.Not not -> !matches(not.part(), location);
                case EntityPredicate.Exists exists -> KEYS.contains(exists.key());
                case EntityPredicate.In in -> in.values().contains(value(in.key(), location));
                case EntityPredicate.Prefix prefix ->
                    value(prefix.key(), location).startsWith(prefix.prefix());
            };
        }

        private static String value(String key, RegisteredLocation location) {
            String value = switch (key) {
                case "id" -> location.id();
                case "type" -> location.type();
                case "target" -> location.target();
                case "entityref" -> location.entityRef();
                default -> throw new IllegalArgumentException("unchecked key " + key);
            };
            return value.toLowerCase(Locale.ROOT);
        }
    }
}
