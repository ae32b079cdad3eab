package dev.polder.wasm.service;

import dev.polder.wasm.capability.Template;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.ExportType;
import dev.polder.wasm.service.AppInventory.Access;
import dev.polder.wasm.service.AppInventory.Grant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes stock of a version while it is prepared: which interfaces its files ask for, and what the manifest gives them. */
final class Inventories {

    private static final Grant ALWAYS = new Grant(Access.ALWAYS, "", List.of());

    /** The schemes of {@code allowed_outbound_hosts} that an interface may use; {@code *} stands for each. */
    private static final Map<String, Set<String>> SCHEMES = Map.of(
            "wasi:http/outgoing-handler", Set.of("http", "https"),
            "fermyon:spin/redis", Set.of("redis", "rediss"),
            "fermyon:spin/mqtt", Set.of("mqtt", "mqtts"),
            "fermyon:spin/postgres", Set.of("postgres", "postgresql"),
            "spin:postgres/postgres", Set.of("postgres", "postgresql"),
            "fermyon:spin/mysql", Set.of("mysql"));

    private Inventories() {}

    static AppInventory of(SpinManifest spin, List<AppInventory.Part> components, Variables variables) {
        List<AppInventory.Trigger> triggers = new ArrayList<>();
        spin.triggers().forEach(trigger -> triggers.add(trigger(trigger)));
        spin.otherTriggers().forEach(trigger -> triggers.add(trigger(trigger)));
        List<AppInventory.Variable> declared = new ArrayList<>();
        spin.variables().forEach((name, variable) -> {
            String byDefault = variable.defaultValue();
            Template itself = Template.parse("{{ " + name + " }}");
            boolean fromManifest =
                    byDefault != null && !variables.isLive(itself) && byDefault.equals(variables.render(itself));
            declared.add(new AppInventory.Variable(
                    name,
                    variable.required(),
                    variable.secret(),
                    fromManifest,
                    fromManifest && !variable.secret() ? byDefault : null));
        });
        return new AppInventory(spin.name(), spin.version(), components, triggers, declared);
    }

    static AppInventory.Part component(SpinManifest.Component component, BuiltApp.Component built, Component compiled) {
        List<AppInventory.Import> imports = compiled.imports().stream()
                .map(asked -> new AppInventory.Import(
                        asked.name(), List.copyOf(asked.functions().keySet()), grant(asked.name(), component)))
                .toList();
        List<String> exports = compiled.exports().stream()
                .flatMap(offered -> offered.name().isEmpty()
                        ? offered.functions().keySet().stream()
                        : java.util.stream.Stream.of(offered.name()))
                .toList();
        return part(component, built, true, imports, exports);
    }

    static AppInventory.Part module(
            SpinManifest.Component component, BuiltApp.Component built, CompiledModule compiled) {
        Map<String, List<String>> functions = new LinkedHashMap<>();
        compiled.imports()
                .forEach(asked -> functions
                        .computeIfAbsent(asked.module(), _ -> new ArrayList<>())
                        .add(asked.name()));
        List<AppInventory.Import> imports = functions.entrySet().stream()
                .map(asked -> new AppInventory.Import(asked.getKey(), asked.getValue(), ALWAYS))
                .toList();
        return part(
                component,
                built,
                false,
                imports,
                compiled.exports().stream().map(ExportType::name).toList());
    }

    private static AppInventory.Part part(
            SpinManifest.Component component,
            BuiltApp.Component built,
            boolean isComponent,
            List<AppInventory.Import> imports,
            List<String> exports) {
        return new AppInventory.Part(
                component.id(),
                source(component.source()),
                built.digest(),
                built.wasm().length,
                isComponent,
                WasmProducers.of(built.wasm()),
                imports,
                exports,
                unused(component, imports, isComponent),
                component.keyValueStores(),
                component.sqliteDatabases());
    }

    static String source(SpinManifest.Source source) {
        return switch (source) {
            case SpinManifest.Source.Local(String path) -> path;
            case SpinManifest.Source.Remote remote -> remote.url();
            case SpinManifest.Source.Registry registry -> registry.packageName() + "@" + registry.version();
        };
    }

    /** What a key of the manifest gives to an interface. */
    static Grant grant(String interfaceName, SpinManifest.Component component) {
        int version = interfaceName.indexOf('@');
        String name = version < 0 ? interfaceName : interfaceName.substring(0, version);
        Set<String> schemes = SCHEMES.get(name);
        if (schemes != null) {
            return hosts(component, schemes);
        }
        return switch (name) {
            case "fermyon:spin/key-value", "spin:key-value/key-value" ->
                given("key_value_stores", component.keyValueStores());
            case "fermyon:spin/sqlite", "spin:sqlite/sqlite" -> given("sqlite_databases", component.sqliteDatabases());
            case "fermyon:spin/variables", "spin:variables/variables", "wasi:config/store" ->
                given("variables", List.copyOf(component.variables().keySet()));
            case "wasi:cli/environment" ->
                component.environment().isEmpty()
                        ? ALWAYS
                        : given(
                                "environment",
                                List.copyOf(component.environment().keySet()));
            case "wasi:filesystem/types", "wasi:filesystem/preopens" ->
                given(
                        "files",
                        component.files().stream()
                                .map(SpinManifest.FileMount::source)
                                .toList());
            default ->
                name.startsWith("wasi:keyvalue/")
                        ? given("key_value_stores", component.keyValueStores())
                        : name.startsWith("wasi:blobstore/")
                                ? given("blob_containers", component.blobContainers())
                                : name.startsWith("wasi:sockets/") ? hosts(component, Set.of("tcp", "udp")) : ALWAYS;
        };
    }

    private static Grant given(String key, List<String> values) {
        return new Grant(values.isEmpty() ? Access.NOT_GRANTED : Access.GRANTED, key, values);
    }

    private static Grant hosts(SpinManifest.Component component, Set<String> schemes) {
        return given(
                "allowed_outbound_hosts",
                component.allowedOutboundHosts().stream()
                        .filter(pattern -> {
                            int end = pattern.indexOf("://");
                            String scheme = end < 0 ? "*" : pattern.substring(0, end);
                            return scheme.equals("*") || scheme.contains("{{") || schemes.contains(scheme);
                        })
                        .toList());
    }

    /** Keys that give something which no import can use: what least privilege would take out of the manifest. */
    private static List<Grant> unused(
            SpinManifest.Component component, List<AppInventory.Import> imports, boolean isComponent) {
        Map<String, List<String>> granted = new LinkedHashMap<>();
        granted.put("allowed_outbound_hosts", component.allowedOutboundHosts());
        granted.put("key_value_stores", component.keyValueStores());
        granted.put("sqlite_databases", component.sqliteDatabases());
        granted.put("blob_containers", component.blobContainers());
        if (isComponent) { // a core module gets them as environment
            granted.put("variables", List.copyOf(component.variables().keySet()));
        }
        List<Grant> unused = new ArrayList<>();
        granted.forEach((key, values) -> {
            List<String> idle = values.stream()
                    .filter(value -> imports.stream()
                            .noneMatch(asked -> asked.grant().key().equals(key)
                                    && asked.grant().values().contains(value)))
                    .toList();
            if (!idle.isEmpty()) {
                unused.add(new Grant(Access.GRANTED, key, idle));
            }
        });
        return unused;
    }

    private static AppInventory.Trigger trigger(SpinTrigger trigger) {
        return switch (trigger) {
            case SpinTrigger.Http http ->
                switch (http.answer()) {
                    case SpinTrigger.Static _ ->
                        new AppInventory.Trigger(http.id(), "http", http.route(), "static", "");
                    case SpinTrigger.Run(String component, SpinTrigger.Executor executor) ->
                        new AppInventory.Trigger(
                                http.id(),
                                "http",
                                http.route(),
                                executor instanceof SpinTrigger.Wagi ? "wagi" : "http",
                                component);
                };
            case SpinTrigger.Redis redis ->
                new AppInventory.Trigger(redis.id(), "redis", redis.channel(), "", redis.component());
            case SpinTrigger.Cron cron ->
                new AppInventory.Trigger(cron.id(), "cron", cron.expression(), "", cron.component());
            case SpinTrigger.Mqtt mqtt ->
                new AppInventory.Trigger(mqtt.id(), "mqtt", mqtt.topic(), "", mqtt.component());
            case SpinTrigger.Messaging messaging ->
                new AppInventory.Trigger(messaging.id(), "messaging", messaging.subject(), "", messaging.component());
        };
    }
}
