package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import dev.polder.evidence.sbom.Release;
import dev.polder.evidence.sbom.Releases;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/polder/releases}: releases and their SBOMs. */
public final class EvidenceApi {

    private static final MediaType CYCLONEDX = MediaType.parse("application/vnd.cyclonedx+json; version=1.6");

    private final Releases releases;

    public EvidenceApi(Releases releases) {
        this.releases = releases;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem())
                .get("/releases", this::list)
                .get("/releases/{name}", this::read)
                .get("/releases/{name}/sbom", this::sbom);
    }

    private HttpResponse list(Request request) {
        List<Release> found = request.query("ref")
                .map(ref -> releases.list(EntityRef.parse(ref, "component", EntityRef.DEFAULT_NAMESPACE)))
                .orElseGet(releases::all);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode items = body.putArray("items");
        found.forEach(release -> items.add(json(release)));
        return Responses.json(body);
    }

    private HttpResponse read(Request request) {
        Release release = releases.get(request.path("name"));
        ObjectNode body = json(release);
        ArrayNode summary = body.putArray("sbomSummary");
        releases.summary(release.name()).forEach(component -> {
            ObjectNode item = summary.addObject();
            item.put("name", component.name());
            item.put("version", component.version());
            item.put("purl", component.purl());
            item.put("type", component.type());
            ArrayNode licenses = item.putArray("licenses");
            component.licenses().forEach(licenses::add);
        });
        return Responses.json(body);
    }

    private HttpResponse sbom(Request request) {
        String name = request.path("name");
        return Responses.download(name + ".cdx.json", CYCLONEDX, releases.sbom(name));
    }

    private static ObjectNode json(Release release) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", release.name());
        json.put("ref", release.ref().toString());
        json.put("wasm", release.wasm().toString());
        json.put("wasmBytes", release.wasmBytes());
        json.put("commit", release.commit());
        json.put("createdAt", release.createdAt().toString());
        json.put("sbom", release.sbom().toString());
        json.put("components", release.components());
        json.put("language", release.language());
        return json;
    }
}
