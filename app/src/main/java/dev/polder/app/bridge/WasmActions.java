package dev.polder.app.bridge;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import dev.polder.wasm.service.BuiltApp;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code wasm:build} and {@code wasm:deploy}: what templates say to build an app and to let it serve. */
public final class WasmActions {

    private final Deployments deployments;
    private final RecentBuilds builds = new RecentBuilds();

    public WasmActions(Deployments deployments) {
        this.deployments = deployments;
    }

    /** Both actions. */
    public List<TemplateAction> all() {
        return List.of(new Build(), new Deploy());
    }

    private BuiltApp build(ActionContext context, Path folder, Consumer<String> output) {
        return deployments.build(folder, context.text("profile").orElse(null), output, context::cancelled);
    }

    private static JsonNode schema(String json) {
        return JsonMapper.shared().readTree(json);
    }

    private final class Build implements TemplateAction {
        @Override
        public String id() {
            return "wasm:build";
        }

        @Override
        public String description() {
            return "Builds the app of a spin.toml in the workspace with the toolchain found on this machine.";
        }

        @Override
        public JsonNode inputSchema() {
            return schema("""
                    {"type": "object", "properties": {
                      "sourcePath": {"type": "string", "title": "Folder with spin.toml", "default": "."},
                      "profile": {"type": "string", "title": "Build profile, other than the manifest's"}}}
                    """);
        }

        @Override
        public Optional<JsonNode> outputSchema() {
            return Optional.of(schema("""
                    {"type": "object", "properties": {
                      "digest": {"type": "string", "title": "Digest of the app"},
                      "language": {"type": "string"},
                      "components": {"type": "array", "items": {"type": "object"}}}}
                    """));
        }

        @Override
        public void run(ActionContext context) {
            BuiltApp built =
                    build(context, context.resolve(context.text("sourcePath").orElse(".")), context::log);
            ArrayNode components = JsonNodeFactory.instance.arrayNode();
            built.components().forEach(component -> {
                components
                        .addObject()
                        .put("id", component.id())
                        .put("digest", component.digest().toString())
                        .put("bytes", component.wasm().length);
                context.log(String.format(
                        Locale.ROOT,
                        "Built %s: %,d bytes, %s",
                        component.id(),
                        component.wasm().length,
                        component.digest()));
            });
            context.output("components", components);
            context.output("digest", built.digest().toString());
            context.output("language", built.language().id());
            builds.keep(context.taskId(), built);
        }
    }

    private final class Deploy implements TemplateAction {
        @Override
        public String id() {
            return "wasm:deploy";
        }

        @Override
        public String description() {
            return "Serves the app built in this task behind the gateway, under an identity of its own, with an SBOM.";
        }

        @Override
        public JsonNode inputSchema() {
            return schema("""
                    {"type": "object", "required": ["name"], "properties": {
                      "namespace": {"type": "string", "default": "default"},
                      "name": {"type": "string", "title": "Name of the workload"},
                      "commit": {"type": "string", "title": "Source commit"},
                      "sourcePath": {"type": "string", "title": "Folder with spin.toml", "default": "."},
                      "profile": {"type": "string", "title": "Build profile, other than the manifest's"}}}
                    """);
        }

        @Override
        public Optional<JsonNode> outputSchema() {
            return Optional.of(schema("""
                    {"type": "object", "properties": {
                      "url": {"type": "string", "title": "Where the gateway serves it"},
                      "release": {"type": "string", "title": "Name of the release"},
                      "digest": {"type": "string", "title": "Digest of the app"},
                      "entityRef": {"type": "string", "title": "The component it belongs to"}}}
                    """));
        }

        @Override
        public void run(ActionContext context) {
            WorkloadRef workload = new WorkloadRef(
                    context.text("namespace").orElse(EntityRef.DEFAULT_NAMESPACE),
                    context.text("name").orElse(""));
            Consumer<String> output = deployments.alsoLogged(workload, context::log);
            // After a restart between the two steps the build is no longer in memory; its caches make it quick.
            BuiltApp built = builds.take(context.taskId())
                    .orElseGet(() -> build(
                            context, context.resolve(context.text("sourcePath").orElse(".")), output));
            context.requireNotCancelled();
            Deployments.Deployed deployed = deployments.deploy(
                    workload,
                    built,
                    deployments.now(
                            "template",
                            context.text("commit").orElse(""),
                            context.principal().ref().toString()),
                    output);
            context.output("url", deployed.url());
            context.output("release", deployed.release().name());
            context.output("digest", built.digest().toString());
            context.output("entityRef", Workloads.component(workload).toString());
        }
    }
}
