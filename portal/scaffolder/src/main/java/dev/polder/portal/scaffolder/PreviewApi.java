package dev.polder.portal.scaffolder;

import com.linecorp.armeria.common.HttpMethod;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What Backstage has no word for: the page before a task starts, {@code POST /api/polder/tasks/preview}. */
public final class PreviewApi {

    private PreviewApi() {}

    public static Routes routes(Scaffolder scaffolder) {
        return new Routes("/api/polder", ErrorBody.problem())
                .add(HttpMethod.POST, "/tasks/preview", Access.READ, request -> {
                    JsonNode body = request.json();
                    Preview preview =
                            scaffolder.preview(ScaffolderApi.templateRef(body), ScaffolderApi.object(body, "values"));
                    ObjectNode answer = JsonNodeFactory.instance.objectNode();
                    ArrayNode steps = answer.putArray("steps");
                    preview.steps().forEach(steps::add);
                    ArrayNode entities = answer.putArray("entities");
                    preview.entities().forEach(entities::add);
                    return Responses.json(answer);
                });
    }
}
