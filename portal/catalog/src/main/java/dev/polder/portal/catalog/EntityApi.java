package dev.polder.portal.catalog;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Single entities, batches, facets and ancestry: {@code /entities/by-…} and {@code /entity-facets}. */
final class EntityApi {

    private static final String BY_NAME = "/entities/by-name/{kind}/{namespace}/{name}";

    private final Catalog catalog;

    EntityApi(Catalog catalog) {
        this.catalog = catalog;
    }

    void addTo(Routes routes) {
        routes.get("/entities/by-uid/{uid}", this::byUid)
                .delete("/entities/by-uid/{uid}", this::delete)
                .get(BY_NAME, this::byName)
                .get(BY_NAME + "/ancestry", this::ancestry)
                .add(HttpMethod.POST, "/entities/by-refs", Access.READ, this::byRefs)
                .get("/entity-facets", this::facets)
                .add(HttpMethod.POST, "/entity-facets", Access.READ, this::queryFacets)
                .post("/refresh", this::refresh);
    }

    private HttpResponse byUid(Request request) {
        RequestRules.query(request);
        String uid = request.path("uid");
        return Responses.json(catalog.entityByUid(uid)
                .map(Entity::json)
                .orElseThrow(() -> Problem.notFound("No entity with uid " + uid)));
    }

    private HttpResponse delete(Request request) {
        RequestRules.query(request);
        catalog.remove(request.path("uid"));
        return Responses.empty(204);
    }

    private HttpResponse byName(Request request) {
        RequestRules.query(request);
        return Responses.json(catalog.index()
                .byRef(ref(request))
                .map(Entity::json)
                .orElseThrow(() -> Problem.notFound("No entity named '" + request.path("name") + "' found, with kind '"
                        + request.path("kind") + "' in namespace '" + request.path("namespace") + "'")));
    }

    /** The reference of the path; anything goes, since what is no reference is not found either. */
    static String ref(Request request) {
        return (request.path("kind") + ":" + request.path("namespace") + "/" + request.path("name"))
                .toLowerCase(Locale.ROOT);
    }

    private HttpResponse ancestry(Request request) {
        RequestRules.query(request);
        String rootRef = ref(request);
        CatalogIndex index = catalog.index();
        if (index.byRef(rootRef).isEmpty()) {
            throw Problem.notFound("No such entity " + rootRef);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("rootEntityRef", rootRef);
        ArrayNode items = body.putArray("items");
        Set<String> seen = new LinkedHashSet<>(Set.of(rootRef));
        Deque<String> todo = new ArrayDeque<>(seen);
        while (!todo.isEmpty()) {
            String ref = todo.removeLast();
            Optional<Entity> entity = index.byRef(ref);
            if (entity.isEmpty()) {
                continue;
            }
            ObjectNode item = items.addObject();
            item.set("entity", entity.get().json());
            ArrayNode parents = item.putArray("parentEntityRefs");
            for (String parent : index.parentsOf(ref)) {
                if (index.byRef(parent).isPresent()) {
                    parents.add(parent);
                    if (seen.add(parent)) {
                        todo.addLast(parent);
                    }
                }
            }
        }
        return Responses.json(body);
    }

    private HttpResponse byRefs(Request request) {
        RequestRules.query(request, "filter");
        JsonNode body = RequestRules.object(request);
        RequestRules.required(body, "body", "entityRefs");
        List<String> refs = RequestRules.texts(body, "entityRefs");
        List<EntityPredicate> conditions = new ArrayList<>();
        EntityPredicate filter = FilterStrings.parse(request.queryAll("filter"));
        if (filter != null) {
            conditions.add(filter);
        }
        if (body.has("query")) {
            conditions.add(PredicateJson.parse(body.path("query"), "Invalid query"));
        }
        FieldSelection fields = FieldSelection.of(RequestRules.texts(body, "fields"));
        CatalogIndex index = catalog.index();
        RoaringBitmap allowed = conditions.isEmpty() ? null : index.matching(new EntityPredicate.All(conditions));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        for (String ref : refs) {
            Integer number = index.numberOf(ref);
            if (number == null || (allowed != null && !allowed.contains(number))) {
                items.addNull();
            } else {
                ObjectNode json = index.entity(number).json();
                items.add(fields == null ? json : fields.of(json));
            }
        }
        return Responses.json(answer);
    }

    private HttpResponse facets(Request request) {
        RequestRules.query(request, "facet", "filter");
        List<String> facets = request.queryAll("facet");
        if (facets.isEmpty()) {
            throw Problem.invalid("request/query must have required property 'facet'");
        }
        return facets(facets, FilterStrings.parse(request.queryAll("filter")));
    }

    private HttpResponse queryFacets(Request request) {
        RequestRules.query(request);
        JsonNode body = RequestRules.object(request);
        RequestRules.required(body, "body", "facets");
        List<String> facets = RequestRules.texts(body, "facets").stream()
                .filter(facet -> !facet.isEmpty())
                .toList();
        if (facets.isEmpty()) {
            throw Problem.invalid("Missing or empty facets parameter");
        }
        return facets(facets, body.has("query") ? PredicateJson.parse(body.path("query"), "Invalid query") : null);
    }

    private HttpResponse facets(List<String> facets, @Nullable EntityPredicate where) {
        CatalogIndex index = catalog.index();
        RoaringBitmap among = where == null ? null : index.matching(where);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode counts = answer.putObject("facets");
        for (String facet : facets) {
            ArrayNode values = counts.putArray(facet);
            index.column(facet.toLowerCase(Locale.ROOT))
                    .counts(among)
                    .forEach((value, count) ->
                            values.addObject().put("value", value).put("count", count));
        }
        return Responses.json(answer);
    }

    private HttpResponse refresh(Request request) {
        RequestRules.query(request);
        JsonNode body = RequestRules.object(request);
        String ref = RequestRules.requiredText(body, "body", "entityRef");
        for (String property : body.propertyNames()) {
            if (!property.equals("entityRef") && !property.equals("authorizationToken")) {
                throw Problem.invalid("request/body must NOT have additional properties");
            }
        }
        if (catalog.index().byRef(ref).isEmpty()) {
            throw Problem.notFound("Entity " + ref + " not found");
        }
        catalog.refresh(EntityRef.parse(ref));
        return Responses.empty(200);
    }
}
