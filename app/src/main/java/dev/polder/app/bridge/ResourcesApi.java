package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.Where;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.portal.catalog.Catalog;
import dev.polder.portal.catalog.Entity;
import dev.polder.portal.catalog.EntityPredicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /api/polder/resources} and {@code /api/polder/apply}: kubectl's verbs over the {@link ResourceStore}, and
 * the reading ones over the catalogue too.
 */
public final class ResourcesApi {

    private static final String NO_NAMESPACE = "-";
    private static final String DEFAULT_NAMESPACE = "default";

    private final ResourceStore store;
    private final Catalog catalog;

    public ResourcesApi(ResourceStore store, Catalog catalog) {
        this.store = store;
        this.catalog = catalog;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem())
                .get("/resources/{kind}", this::list)
                .get("/resources/{kind}/{namespace}/{name}", this::read)
                .delete("/resources/{kind}/{namespace}/{name}", this::delete)
                .post("/apply", this::apply);
    }

    private HttpResponse list(Request request) {
        ResourceKinds.Kind kind = ResourceKinds.find(request.path("kind"));
        if (kind.origin() == ResourceKinds.Origin.CATALOGUE) {
            return entities(kind, request.query("namespace"));
        }
        ResourceStore.Listing listing =
                store.list(kind.group(), kind.name(), request.query("namespace").orElse(null));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("resourceVersion", Long.toString(listing.version()));
        ArrayNode items = body.putArray("items");
        listing.items().forEach(item -> items.add(ResourceCodec.encode(ConfigResources.shown(item))));
        return Responses.json(body);
    }

    private HttpResponse entities(ResourceKinds.Kind kind, Optional<String> namespace) {
        EntityPredicate ofKind = EntityPredicate.equal("kind", kind.name());
        EntityPredicate where = namespace
                .map(wanted -> EntityPredicate.all(ofKind, EntityPredicate.equal("metadata.namespace", wanted)))
                .orElse(ofKind);
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        catalog.matching(where).stream()
                .sorted(Comparator.comparing(Entity::ref))
                .forEach(entity -> items.add(entity.json()));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("items", items);
        return Responses.json(body);
    }

    private HttpResponse read(Request request) {
        ResourceKinds.Kind kind = ResourceKinds.find(request.path("kind"));
        if (kind.origin() == ResourceKinds.Origin.CATALOGUE) {
            EntityRef ref = EntityRef.of(kind.name(), request.path("namespace"), request.path("name"));
            return catalog.entity(ref)
                    .map(entity -> Responses.json(entity.json()))
                    .orElseThrow(() -> Problem.notFound(ref + ": not in the catalogue"));
        }
        ResourceKey key = key(request);
        return store.get(key)
                .map(resource -> Responses.json(ResourceCodec.encode(ConfigResources.shown(resource))))
                .orElseThrow(() -> Problem.notFound(key + ": not found"));
    }

    private HttpResponse delete(Request request) {
        ResourceKinds.Kind kind = ResourceKinds.find(request.path("kind"));
        if (!kind.writable()) {
            throw notApplied(kind);
        }
        ResourceKey key = key(request);
        if (!store.delete(key, 0)) {
            throw Problem.notFound(key + ": not found");
        }
        return Responses.empty(204);
    }

    private static ResourceKey key(Request request) {
        ResourceKinds.Kind kind = ResourceKinds.find(request.path("kind"));
        String namespace = request.path("namespace");
        boolean none = namespace.equals(NO_NAMESPACE) || !kind.namespaced();
        return new ResourceKey(kind.group(), kind.name(), none ? "" : namespace, request.path("name"));
    }

    /** All documents or none; every mistake of every document is told at once. */
    private HttpResponse apply(Request request) {
        String source = request.query("source").orElse("request body");
        List<Resource> resources = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (YamlDocument document : YamlReader.read(source, request.body())) {
            if (!document.root().isNull()) {
                check(document, resources, mistakes);
            }
        }
        if (!mistakes.isEmpty()) {
            throw Problem.invalid(String.join("\n", mistakes));
        }
        if (resources.isEmpty()) {
            throw Problem.invalid("no resource in it (expected: at least one YAML document)", Where.of(source));
        }
        List<Optional<Resource>> before =
                resources.stream().map(resource -> store.get(resource.key())).toList();
        List<Resource> after = store.applyAll(resources);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode items = body.putArray("items");
        for (int i = 0; i < after.size(); i++) {
            Resource applied = after.get(i);
            items.addObject()
                    .put("kind", applied.kind())
                    .put("namespace", applied.metadata().namespace())
                    .put("name", applied.metadata().name())
                    .put("action", action(before.get(i), applied))
                    .put("resourceVersion", Long.toString(applied.metadata().resourceVersion()));
        }
        return Responses.json(body);
    }

    private static void check(YamlDocument document, List<Resource> resources, List<String> mistakes) {
        try {
            Resource resource = ResourceCodec.decode(document, DEFAULT_NAMESPACE);
            ResourceKinds.Kind kind;
            try {
                kind = ResourceKinds.of(resource);
            } catch (Problem e) {
                throw e.at(document.where("kind"));
            }
            if (!kind.writable()) {
                throw notApplied(kind).at(document.where("kind"));
            }
            Resource scoped = kind.namespaced() ? resource : clusterScoped(resource);
            validate(document, scoped, mistakes);
            resources.add(ConfigResources.stored(scoped));
        } catch (Problem e) {
            mistakes.add(e.getMessage());
        }
    }

    /** Gives each field that is refused the line it stands on. */
    private static void validate(YamlDocument document, Resource resource, List<String> mistakes) {
        try {
            ResourceKinds.validate(resource);
        } catch (Problem e) {
            for (String mistake : e.detail().split("; (?=[a-z]+[.\\[:])")) {
                int colon = mistake.indexOf(": ");
                String field = colon < 0 ? "" : mistake.substring(0, colon);
                mistakes.add(document.where(field) + ": " + mistake.substring(Math.max(0, colon + 2)));
            }
        }
    }

    private static Resource clusterScoped(Resource resource) {
        Resource.Metadata from = resource.metadata();
        return resource.with(new Resource.Metadata(
                from.name(),
                "",
                from.labels(),
                from.annotations(),
                from.uid(),
                from.resourceVersion(),
                from.generation(),
                from.creationTimestamp()));
    }

    private static String action(Optional<Resource> before, Resource after) {
        if (before.isEmpty()) {
            return "created";
        }
        return before.get().metadata().resourceVersion() == after.metadata().resourceVersion()
                ? "unchanged"
                : "configured";
    }

    private static Problem notApplied(ResourceKinds.Kind kind) {
        return new Problem(
                Problem.Code.FORBIDDEN,
                Problem.WhoFailed.CALLER,
                false,
                kind.origin() == ResourceKinds.Origin.CATALOGUE
                        ? kind.name()
                                + " belongs to the catalogue (expected: a change of its descriptor; see catalog.locations)"
                        : kind.name() + " is written by Polder itself (expected: a kind that people declare)",
                null,
                null);
    }
}
