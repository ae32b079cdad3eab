package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.PulledApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.service.AppArchive;
import dev.polder.wasm.service.AppVariables;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.DeployInfo;
import dev.polder.wasm.service.GivenProvider;
import dev.polder.wasm.service.LockedManifest;
import dev.polder.wasm.service.RemoteSources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /api/polder/workloads/NS/NAME/versions}: deploys an archive of a built app, or an app of a registry; {@code
 * …/data}: what its default stores begin with; {@code …/variables}: the values of its variables, and
 * {@code …/variables/providers}: the servers that have some, which go in and never come out.
 */
public final class DeployApi {

    private static final long MAX_ARCHIVE = 256L << 20;
    private static final int MAX_JSON = 64 * 1024;
    private static final Duration TIME = Duration.ofMinutes(15);
    private static final String ONE = "/workloads/{namespace}/{name}";

    private final Deployments deployments;
    private final RemoteSources sources;
    private final BlobStore blobs;
    private final AppVariables variables;
    private final Path workspaces;

    /** @param workspaces a folder for archives that are being unpacked, emptied after each */
    public DeployApi(
            Deployments deployments, RemoteSources sources, BlobStore blobs, AppVariables variables, Path workspaces) {
        this.deployments = deployments;
        this.sources = sources;
        this.blobs = blobs;
        this.variables = variables;
        this.workspaces = workspaces;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem())
                .upload(ONE + "/versions", MAX_ARCHIVE, TIME, this::deploy)
                .post(ONE + "/data", this::fill)
                .get(ONE + "/variables", request -> Responses.json(names(workload(request))))
                .put(ONE + "/variables", this::setVariables)
                .put(ONE + "/variables/providers", this::setProviders);
    }

    private HttpResponse deploy(Request request, InputStream body) throws IOException {
        WorkloadRef workload = workload(request);
        String commit = request.query("commit").orElse("");
        if (!commit.matches("[0-9a-zA-Z._-]{0,100}")) {
            throw Problem.invalid("commit: (expected: a commit's hash)");
        }
        DeployInfo info = deployments.now(
                type(request).equals("application/json") ? "registry" : "archive",
                commit,
                request.caller().ref().toString());
        List<String> said = new ArrayList<>();
        Consumer<String> log = deployments.alsoLogged(workload, said::add);
        Files.createDirectories(workspaces);
        Path folder = Files.createTempDirectory(workspaces, workload.name() + "-");
        try {
            fill(folder, workload, request, body, log);
            BuiltApp built;
            try {
                built = deployments.collect(folder, log);
            } catch (Problem e) {
                deployments.failed(workload, info, e);
                throw e;
            }
            return Responses.json(201, answer(deployments.deploy(workload, built, info, log), built, said));
        } finally {
            Folders.delete(folder);
        }
    }

    private void fill(Path folder, WorkloadRef workload, Request request, InputStream body, Consumer<String> log)
            throws IOException {
        String type = type(request);
        switch (type) {
            case "application/zip" -> AppArchive.unpack(body, folder, AppArchive.Limits.DEFAULT);
            case "application/json" -> {
                PulledApp pulled = sources.pull(reference(body), log);
                var _ = LockedManifest.write(pulled, workload.name(), blobs, folder);
            }
            default ->
                throw Problem.invalid("Content-Type: \"" + type + "\" (expected: application/zip with an archive, or"
                        + " application/json with {\"reference\": \"REGISTRY/REPOSITORY:TAG\"})");
        }
    }

    private static String type(Request request) {
        return request.header("content-type").orElse("").split(";")[0].strip();
    }

    private static Reference reference(InputStream body) throws IOException {
        JsonNode json = json(body.readNBytes(MAX_JSON));
        if (json.size() != 1 || !json.path("reference").isString()) {
            throw Problem.invalid("request body: (expected: {\"reference\": \"REGISTRY/REPOSITORY:TAG\"})");
        }
        return Reference.parse(json.path("reference").stringValue());
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return JsonMapper.shared().readTree(bytes);
        } catch (JacksonException e) {
            throw Problem.invalid("request body: not JSON: " + e.getOriginalMessage());
        }
    }

    private static ObjectNode answer(Deployments.Deployed deployed, BuiltApp built, List<String> said) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("workload", deployed.state().workload().toString());
        json.put("digest", built.digest().toString());
        json.put("url", deployed.url());
        json.put("release", deployed.release().name());
        ArrayNode routes = json.putArray("routes");
        deployed.state()
                .triggers()
                .forEach(trigger -> routes.addObject()
                        .put("route", trigger.route())
                        .put("executor", trigger.executor())
                        .put("component", trigger.component()));
        ArrayNode notices = json.putArray("notices");
        built.spin().notices().forEach(notice -> notices.add(notice.toString()));
        ArrayNode output = json.putArray("output");
        said.forEach(output::add);
        return json;
    }

    private ObjectNode names(WorkloadRef workload) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode items = json.putArray("items");
        variables.names(workload).forEach(name -> items.addObject().put("name", name));
        ArrayNode providers = json.putArray("providers");
        variables.providerNames(workload).forEach(providers::add);
        return json;
    }

    private HttpResponse setVariables(Request request) {
        WorkloadRef workload = workload(request);
        JsonNode json = request.json();
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        json.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (!value.isString() && !value.isNull()) {
                throw Problem.invalid(
                        "variable \"" + entry.getKey() + "\": (expected: a text, or null to take the value away)");
            }
            values.put(entry.getKey(), value.isNull() ? null : value.stringValue());
        });
        if (!json.isObject()) {
            throw Problem.invalid("request body: (expected: {\"NAME\": \"VALUE\"})");
        }
        variables.set(workload, values);
        return Responses.json(names(workload));
    }

    private HttpResponse setProviders(Request request) {
        WorkloadRef workload = workload(request);
        JsonNode json = request.json();
        if (!json.isArray()) {
            throw Problem.invalid("request body: (expected: [{\"type\": \"vault\", …}])");
        }
        variables.setProviders(
                workload, json.valueStream().map(GivenProvider::of).toList());
        return Responses.json(names(workload));
    }

    private HttpResponse fill(Request request) {
        WorkloadRef workload = workload(request);
        JsonNode json = request.json();
        Map<String, String> keyValues = new LinkedHashMap<>();
        json.path("keyValues").properties().forEach(entry -> keyValues.put(entry.getKey(), text(entry.getValue())));
        List<String> scripts = new ArrayList<>();
        json.path("sql").forEach(script -> scripts.add(text(script)));
        if (!json.isObject() || (keyValues.isEmpty() && scripts.isEmpty())) {
            throw Problem.invalid("request body: (expected: {\"keyValues\": {\"KEY\": \"VALUE\"}, \"sql\": [\"…\"]})");
        }
        deployments.fill(workload, keyValues, scripts);
        return Responses.json(JsonNodeFactory.instance
                .objectNode()
                .put("keyValues", keyValues.size())
                .put("sql", scripts.size()));
    }

    private static String text(JsonNode node) {
        if (!node.isString()) {
            throw Problem.invalid("request body: " + node.getNodeType() + " (expected: a text)");
        }
        return node.stringValue();
    }

    private static WorkloadRef workload(Request request) {
        return new WorkloadRef(request.path("namespace"), request.path("name"));
    }
}
