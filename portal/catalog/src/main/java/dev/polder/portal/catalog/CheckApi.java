package dev.polder.portal.catalog;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is asked before anything is registered: {@code /validate-entity} and {@code /analyze-location}. */
final class CheckApi {

    private final Catalog catalog;

    CheckApi(Catalog catalog) {
        this.catalog = catalog;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/validate-entity", Access.READ, this::validate)
                .add(HttpMethod.POST, "/analyze-location", Access.READ, this::analyze);
    }

    private HttpResponse validate(Request request) {
        RequestRules.query(request);
        JsonNode body = RequestRules.object(request);
        String locationRef = RequestRules.requiredText(body, "body", "location");
        JsonNode entity = RequestRules.required(body, "body", "entity");
        if (!entity.isObject()) {
            throw Problem.invalid("request/body/entity must be object");
        }
        try {
            LocationSpec location = LocationSpec.parse(locationRef);
            if (!location.type().equals(LocationSpec.URL)) {
                throw Problem.invalid("Invalid location ref " + locationRef
                        + ", only 'url:<target>' is supported, e.g. url:https://host/path");
            }
            List<EntityProblem> problems = catalog.validate(entity, location);
            return problems.isEmpty() ? Responses.empty(200) : refused(problems);
        } catch (Problem e) {
            return refused(List.of(EntityProblem.of("TypeError", e.detail(), "")));
        }
    }

    /** Backstage answers in a shape of its own here, not in that of its other errors. */
    private static HttpResponse refused(List<EntityProblem> problems) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode errors = answer.putArray("errors");
        problems.forEach(problem -> errors.add(Stitcher.json(problem)));
        return Responses.json(400, answer);
    }

    /**
     * Proposes an entity for a repository. The file name that the body may carry is called {@code catalogFilename}: the
     * published API document spells it otherwise, Backstage's code does not.
     */
    private HttpResponse analyze(Request request) {
        RequestRules.query(request);
        JsonNode body = RequestRules.object(request);
        LocationSpec location = LocationApi.location(RequestRules.required(body, "body", "location"), "body/location");
        List<String> path = repository(location.target());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode existing = answer.putArray("existingEntityFiles");
        ArrayNode generated = answer.putArray("generateEntities");
        String prefix = location.target().replaceFirst("(?:\\.git)?/*$", "");
        for (Entity entity : catalog.index().entities()) {
            String source = entity.annotation(Processor.MANAGED_BY).orElse("");
            if (source.startsWith("url:" + prefix + "/") || source.equals("url:" + location.target())) {
                ObjectNode file = existing.addObject().put("isRegistered", true);
                file.putObject("location")
                        .put("type", LocationSpec.URL)
                        .put("target", source.substring("url:".length()));
                file.set("entity", entity.json());
            }
        }
        if (existing.isEmpty()) {
            ObjectNode item = generated.addObject();
            ObjectNode entity = item.putObject("entity");
            entity.put("apiVersion", "backstage.io/v1alpha1").put("kind", "Component");
            ObjectNode metadata = entity.putObject("metadata").put("name", path.getLast());
            if (path.getFirst().equals("github.com") || path.getFirst().equals("gitlab.com")) {
                metadata.putObject("annotations")
                        .put(path.getFirst() + "/project-slug", path.get(path.size() - 2) + "/" + path.getLast());
            }
            entity.putObject("spec").put("type", "other").put("lifecycle", "unknown");
            item.putArray("fields");
        }
        return Responses.json(answer);
    }

    /** Host, owner and name of a repository's URL. */
    private static List<String> repository(String target) {
        try {
            URI uri = new URI(target);
            String[] segments =
                    String.valueOf(uri.getPath()).replaceFirst("^/+", "").split("/+");
            if (uri.getHost() != null && segments.length >= 2) {
                return List.of(uri.getHost(), segments[0], segments[1].replaceFirst("\\.git$", ""));
            }
        } catch (URISyntaxException e) {
            throw Problem.invalid("The given location.target is not a URL");
        }
        throw Problem.invalid("The given location.target is not a URL");
    }
}
