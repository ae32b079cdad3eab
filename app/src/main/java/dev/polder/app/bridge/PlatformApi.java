package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.wasm.service.Toolchain;
import dev.polder.wasm.service.Toolchains;
import java.nio.file.Path;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/polder/about} and {@code /api/polder/toolchains}: what this Polder is and what it can build. */
public final class PlatformApi {

    private final Toolchains toolchains;
    private final Supplier<ObjectNode> about;

    public PlatformApi(Toolchains toolchains, Supplier<ObjectNode> about) {
        this.toolchains = toolchains;
        this.about = about;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem())
                .get("/about", request -> Responses.json(about.get()))
                .get("/toolchains", this::toolchains);
    }

    private HttpResponse toolchains(Request request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode items = body.putArray("items");
        for (Toolchain toolchain : toolchains.detect()) {
            Path path = toolchain.path();
            items.addObject()
                    .put("id", toolchain.language().id())
                    .put("title", toolchain.language().title())
                    .put("found", toolchain.found())
                    .put("version", toolchain.version())
                    .put("path", path == null ? null : path.toString())
                    .put("missing", toolchain.missing());
        }
        return Responses.json(body);
    }
}
