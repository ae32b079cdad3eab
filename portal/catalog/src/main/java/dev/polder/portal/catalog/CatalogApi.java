package dev.polder.portal.catalog;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Where;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The catalogue over HTTP: Backstage's API as its catalogue plugin 4.0 serves it, and the list of mistakes beside it.
 */
public final class CatalogApi {

    private final Catalog catalog;

    public CatalogApi(Catalog catalog) {
        this.catalog = catalog;
    }

    /** {@code /api/catalog} with Backstage's error bodies, {@code /api/polder/catalog} with problem bodies. */
    public List<Routes> routes() {
        Routes backstage = new Routes("/api/catalog", ErrorBody.backstage());
        new EntityListApi(catalog).addTo(backstage);
        new EntityApi(catalog).addTo(backstage);
        new LocationApi(catalog).addTo(backstage);
        new CheckApi(catalog).addTo(backstage);
        Routes own = new Routes("/api/polder/catalog", ErrorBody.problem()).get("/problems", this::problems);
        return List.of(backstage, own);
    }

    private HttpResponse problems(Request request) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        for (CatalogProblem problem : catalog.problems()) {
            Where where = problem.where();
            ObjectNode item = items.addObject().put("location", where.source());
            item.put("line", where.line()).put("column", where.column());
            item.put("field", where.field());
            item.put("message", problem.message()).put("kept", problem.kept());
            item.put("at", problem.at().toString());
        }
        return Responses.json(answer);
    }
}
