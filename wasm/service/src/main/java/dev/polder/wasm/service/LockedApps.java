package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.LockedApp.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes of a built app what a registry keeps of it. Source: Spin's loader and its crate {@code locked-app}. */
public final class LockedApps {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String WASM = "application/wasm";

    private LockedApps() {}

    /**
     * The locked form of an app, with dependencies of components as they are: who pulls it composes them.
     *
     * @param blobs gets the files, so that they can be pushed from there
     * @throws Problem UNSUPPORTED when the app has what the locked form is not made of here
     */
    public static LockedApp of(BuiltApp built, BlobStore blobs) {
        return of(built, blobs, null);
    }

    /**
     * The locked form of an app whose components are composed with their dependencies, so that any host of Spin's apps runs
     * it.
     *
     * @param blobs gets the files, so that they can be pushed from there
     * @param engine validates what is composed, where it knows components
     * @throws Problem as {@link #of(BuiltApp, BlobStore)}; INVALID too when a dependency does not fit
     */
    public static LockedApp composed(BuiltApp built, BlobStore blobs, WasmEngine engine) {
        return of(built, blobs, engine);
    }

    /**
     * The wasm file of one component, composed with its dependencies.
     *
     * @throws Problem as {@link #composed(BuiltApp, BlobStore, WasmEngine)}
     */
    public static byte[] composed(BuiltApp built, BuiltApp.Component component, WasmEngine engine) {
        SpinManifest.Component declared = built.spin().components().get(component.id());
        return declared == null || !isComposed(declared, component)
                ? component.wasm()
                : Dependencies.composed(engine, component, declared.dependencies(), built.components());
    }

    private static boolean isComposed(SpinManifest.Component declared, BuiltApp.Component component) {
        return !declared.dependencies().isEmpty()
                && WasmHeader.isComponent("component " + component.id(), component.wasm());
    }

    private static LockedApp of(BuiltApp built, BlobStore blobs, @Nullable WasmEngine engine) {
        SpinManifest spin = built.spin();
        Map<String, LockedApp.Variable> variables = new LinkedHashMap<>();
        spin.variables()
                .forEach((name, declared) ->
                        variables.put(name, new LockedApp.Variable(null, declared.defaultValue(), declared.secret())));
        List<LockedApp.Trigger> triggers = new ArrayList<>();
        spin.triggers().forEach(trigger -> triggers.add(http(trigger)));
        spin.otherTriggers().forEach(trigger -> triggers.add(other(trigger)));
        List<LockedApp.Component> components = new ArrayList<>();
        boolean chains = false;
        for (BuiltApp.Component component : built.components()) {
            if (!Dependencies.isOwn(component)) {
                continue;
            }
            SpinManifest.Component declared = spin.components().get(component.id());
            if (declared == null) {
                throw Problem.invalid("component " + component.id() + ": built, but not in the manifest");
            }
            LockedApp.Component locked = component(
                    declared,
                    engine == null ? component.wasm() : composed(built, component, engine),
                    built.files().getOrDefault(component.id(), Map.of()),
                    engine != null && isComposed(declared, component) ? Map.of() : dependencies(declared, built, blobs),
                    blobs);
            chains |= !locked.hostRequirements().isEmpty();
            components.add(locked);
        }
        return new LockedApp(
                chains ? List.of("component_host_requirements") : List.of(),
                metadata(spin),
                JSON.objectNode(),
                variables,
                triggers,
                components);
    }

    private static ObjectNode metadata(SpinManifest spin) {
        ObjectNode metadata = JSON.objectNode();
        metadata.put("name", spin.name());
        put(metadata, "version", spin.version());
        put(metadata, "description", spin.description());
        put(metadata, "authors", spin.authors());
        List<String> kinds = new ArrayList<>();
        if (!spin.triggers().isEmpty()) {
            kinds.add("http");
        }
        spin.otherTriggers().stream().map(LockedApps::kind).distinct().forEach(kinds::add);
        ObjectNode byKind = metadata.putObject("triggers");
        kinds.forEach(byKind::putObject);
        if (kinds.size() == 1) {
            metadata.putObject("trigger").put("type", kinds.getFirst());
        }
        return metadata;
    }

    private static LockedApp.Trigger http(SpinTrigger.Http trigger) {
        ObjectNode config = JSON.objectNode();
        if (trigger.route() == null) {
            config.putObject("route").put("private", true);
        } else {
            config.put("route", trigger.route());
        }
        switch (trigger.answer()) {
            case SpinTrigger.Run(String component, SpinTrigger.Executor executor) -> {
                config.put("component", component);
                if (executor instanceof SpinTrigger.Wagi(String argv)) {
                    config.putObject("executor").put("type", "wagi").put("argv", argv);
                }
            }
            case SpinTrigger.Static(int status, List<HttpHeader> headers, String body) -> {
                ObjectNode answer = config.putObject("static_response");
                answer.put("status_code", status);
                ObjectNode fields = answer.putObject("headers");
                headers.forEach(header -> fields.put(header.name(), header.value()));
                answer.put("body", body);
            }
        }
        return new LockedApp.Trigger(trigger.id(), "http", config, Map.of());
    }

    private static LockedApp.Trigger other(SpinTrigger trigger) {
        ObjectNode config = JSON.objectNode();
        switch (trigger) {
            case SpinTrigger.Http http -> throw new IllegalArgumentException("an HTTP trigger: " + http.id());
            case SpinTrigger.Redis redis ->
                config.put("component", redis.component())
                        .put("channel", redis.channel())
                        .put("address", redis.address());
            case SpinTrigger.Cron cron ->
                config.put("component", cron.component()).put("cron_expression", cron.expression());
            case SpinTrigger.Mqtt mqtt -> {
                if (!mqtt.username().isEmpty() || !mqtt.password().isEmpty()) {
                    throw Problem.guest(
                            Problem.Code.UNSUPPORTED,
                            "trigger " + mqtt.id() + ": a user name or password of MQTT is not pushed",
                            null);
                }
                config.put("component", mqtt.component())
                        .put("topic", mqtt.topic())
                        .put("qos", mqtt.qos())
                        .put("address", mqtt.address());
            }
            case SpinTrigger.Messaging messaging -> {
                if (messaging.address().contains("@")) {
                    throw Problem.guest(
                            Problem.Code.UNSUPPORTED,
                            "trigger " + messaging.id() + ": a user name or password of NATS is not pushed",
                            null);
                }
                config.put("component", messaging.component())
                        .put("subject", messaging.subject())
                        .put("stream", messaging.stream())
                        .put("address", messaging.address());
            }
        }
        return new LockedApp.Trigger(trigger.id(), kind(trigger), config, Map.of());
    }

    private static String kind(SpinTrigger trigger) {
        return switch (trigger) {
            case SpinTrigger.Http _ -> "http";
            case SpinTrigger.Redis _ -> "redis";
            case SpinTrigger.Cron _ -> "cron";
            case SpinTrigger.Mqtt _ -> "mqtt";
            case SpinTrigger.Messaging _ -> "messaging";
        };
    }

    /** As they are: who pulls the app composes them, as {@code spin registry push --compose=false} has it. */
    private static Map<String, LockedApp.Dependency> dependencies(
            SpinManifest.Component declared, BuiltApp built, BlobStore blobs) {
        Map<String, LockedApp.Dependency> locked = new LinkedHashMap<>();
        declared.dependencies().forEach((name, dependency) -> {
            BuiltApp.Component file = built.component(Dependencies.id(declared.id(), name))
                    .orElseThrow(() -> Problem.invalid("component " + declared.id() + ": the dependency \"" + name
                            + "\" was not built (expected: its wasm file)"));
            SpinDependency.Inherit inherit = dependency.inherit();
            locked.put(
                    name,
                    new LockedApp.Dependency(
                            new LockedApp.Source(WASM, content(file.wasm(), blobs)),
                            dependency.export(),
                            inherit.all() ? null : inherit.keys()));
        });
        return locked;
    }

    private static LockedApp.Component component(
            SpinManifest.Component declared,
            byte[] wasm,
            Map<String, byte[]> files,
            Map<String, LockedApp.Dependency> dependencies,
            BlobStore blobs) {
        if (!declared.blobContainers().isEmpty()) {
            throw Problem.guest(
                    Problem.Code.UNSUPPORTED,
                    "component " + declared.id()
                            + ": blob_containers, for which the layout has no place, are not pushed",
                    null);
        }
        ObjectNode metadata = JSON.objectNode();
        put(metadata, "description", declared.description());
        put(metadata, "allowed_outbound_hosts", declared.allowedOutboundHosts());
        put(metadata, "key_value_stores", declared.keyValueStores());
        put(metadata, "databases", declared.sqliteDatabases());
        put(metadata, "ai_models", declared.aiModels());
        List<LockedApp.Mount> mounts = new ArrayList<>();
        files.forEach((path, bytes) -> mounts.add(new LockedApp.Mount(content(bytes, blobs), path)));
        ObjectNode requirements = JSON.objectNode();
        if (declared.allowedOutboundHosts().stream().anyMatch(host -> host.contains(".spin.internal"))) {
            requirements.put(LockedManifest.CHAINING, "required");
        }
        return new LockedApp.Component(
                declared.id(),
                metadata,
                new LockedApp.Source(WASM, content(wasm, blobs)),
                declared.environment(),
                mounts,
                declared.variables(),
                dependencies,
                Map.of(),
                requirements);
    }

    /** Small contents are written into the document by who pushes; here every one is a file of the store. */
    private static Content content(byte[] bytes, BlobStore blobs) {
        Digest digest = blobs.put(bytes);
        return Content.of(blobs.file(digest));
    }

    private static void put(ObjectNode node, String name, String text) {
        if (!text.isEmpty()) {
            node.put(name, text);
        }
    }

    private static void put(ObjectNode node, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode array = node.putArray(name);
            texts.forEach(array::add);
        }
    }
}
