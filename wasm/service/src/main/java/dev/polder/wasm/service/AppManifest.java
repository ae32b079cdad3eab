package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.KeyValueStores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an app is to be, in the one form that versions are prepared from: that of {@code spin.toml}, and what only
 * wasmCloud has.
 *
 * @param wasmcloud what a wasmCloud workload's wasm files are given, by id; empty for an app of {@code spin.toml}
 * @param service how often the service is started again, or null when there is none
 * @param links how a wasmCloud workload's wasm files call each other
 */
record AppManifest(
        SpinManifest spin,
        Map<String, Given> wasmcloud,
        @Nullable Integer service,
        WorkloadLinks links) {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<String> HTTP = List.of("wasi:http/incoming-handler@0.2");
    private static final List<String> MESSAGES =
            List.of("wasmcloud:messaging/handler@", "wasi:messaging/incoming-handler@");

    /** The workload's own, where its service is. */
    private static final List<String> LOOPBACK =
            List.of("tcp://127.0.0.1:*", "udp://127.0.0.1:*", "tcp://localhost:*", "udp://localhost:*");

    /**
     * What a wasm file of a wasmCloud workload is given. Holds secrets, and shows nothing.
     *
     * @param config values of {@code wasi:config}
     * @param interfaces {@code namespace:package} of what it may import besides WASI's own
     * @param named what it may import by names of the manifest: by name, then by {@code namespace:package}, the values of
     *     {@code wasi:config}, or what sets the others up
     * @param hostPorts patterns of ports of the machine's own 127.0.0.1, which the operator has to open
     * @param memoryBytes 0 for the limit that the operator sets
     * @param instanceRequests 0 for the limit that the operator sets
     */
    record Given(
            Map<String, String> environment,
            Map<String, String> config,
            List<WasmcloudWorkload.Mount> mounts,
            List<String> allowedNames,
            List<String> interfaces,
            Map<String, Map<String, Map<String, String>>> named,
            List<String> hostPorts,
            long memoryBytes,
            int instanceRequests) {

        /** Those of the operator, as far as the workload does not ask for less. */
        AppLimits limits(AppLimits operators) {
            AppLimits own = instanceRequests == 0 ? operators : operators.withInstanceRequests(instanceRequests);
            return memoryBytes == 0 ? own : own.withMemoryBytes(Math.min(memoryBytes, own.memoryBytes()));
        }

        @Override
        public String toString() {
            return "Given[environment=" + environment.keySet() + ", config=" + config.keySet() + "]";
        }
    }

    AppManifest {
        wasmcloud = Map.copyOf(wasmcloud);
    }

    /** How often the service is started again. */
    int restarts() {
        return service == null ? 0 : service;
    }

    static AppManifest of(SpinManifest spin) {
        return new AppManifest(spin, Map.of(), null, WorkloadLinks.NONE);
    }

    /**
     * Reads what was kept of an app.
     *
     * @param shapes what a component imports and exports, by its id; asked for wasmCloud workloads
     * @throws Problem INVALID with every mistake, or naming config that is not there
     */
    static AppManifest parse(String text, ConfigSource config, Function<String, WorkloadLinks.Shape> shapes) {
        if (!WasmcloudWorkload.isText(text)) {
            return of(SpinManifest.parse(SpinManifest.FILE_NAME, text));
        }
        try {
            return of(WasmcloudWorkload.parse(JSON.readTree(text)), config, shapes);
        } catch (JacksonException e) {
            throw Problem.invalid("a kept workload: " + e.getOriginalMessage() + " (expected: JSON)");
        }
    }

    /** With every value of config maps and secrets in its place. */
    private static AppManifest of(
            WasmcloudWorkload workload, ConfigSource source, Function<String, WorkloadLinks.Shape> shapes) {
        Layers layers = new Layers(workload.workload().namespace(), source);
        Interfaces interfaces = Interfaces.of(workload, layers);
        Map<String, Given> given = new LinkedHashMap<>();
        for (WasmcloudWorkload.Component component : workload.components()) {
            given.put(component.name(), given(component.resources(), component.instanceRequests(), layers, interfaces));
        }
        WasmcloudWorkload.Service service = workload.service();
        if (service != null) {
            given.put(WasmcloudWorkload.SERVICE, given(service.resources(), 0, layers, interfaces));
        }
        if (!layers.missing.isEmpty()) {
            throw Problem.invalid(String.join("; ", layers.missing));
        }
        WorkloadLinks links = WorkloadLinks.of(workload, shapes);
        Function<String, List<String>> exports = id -> shapes.apply(id).exports();
        List<SpinTrigger.Http> http = http(workload, exports);
        List<SpinTrigger.Event> messages = messages(workload, exports);
        for (WasmcloudWorkload.Component idle : workload.components()) {
            if (!links.isCalled(idle.name())
                    && http.stream().noneMatch(trigger -> idle.name().equals(trigger.component()))
                    && messages.stream().noneMatch(trigger -> idle.name().equals(trigger.component()))) {
                throw Problem.invalid(idle.path() + ".image: nothing leads to it (expected: it exports"
                        + " wasi:http/incoming-handler or a handler of messages, and hostInterfaces has it, or an"
                        + " interface that another component of the workload imports)");
            }
        }
        return new AppManifest(
                spin(workload, given, http, messages), given, service == null ? null : service.maxRestarts(), links);
    }

    private static Given given(
            WasmcloudWorkload.LocalResources resources, int instanceRequests, Layers layers, Interfaces interfaces) {
        Map<String, String> config = new LinkedHashMap<>(interfaces.config());
        config.putAll(resources.config());
        Map<String, Map<String, Map<String, String>>> named = new LinkedHashMap<>();
        interfaces.named().forEach((entry, byPackage) -> {
            Map<String, Map<String, String>> own = new LinkedHashMap<>(byPackage);
            own.computeIfPresent("wasi:config", (_, values) -> {
                Map<String, String> merged = new LinkedHashMap<>(values);
                merged.putAll(resources.config());
                return merged;
            });
            named.put(entry, own);
        });
        return new Given(
                layers.values(resources.environment()),
                config,
                resources.mounts(),
                resources.allowedNames(),
                interfaces.unnamed(),
                named,
                resources.hostPorts(),
                resources.memoryBytes(),
                instanceRequests);
    }

    /** What it is made of, before wasm files, config maps and secrets are read. */
    static SpinManifest spin(WasmcloudWorkload workload) {
        return spin(workload, Map.of(), List.of(), List.of());
    }

    /** No value of {@code given} is in it; their names are, for the portal to show what was granted. */
    private static SpinManifest spin(
            WasmcloudWorkload workload,
            Map<String, Given> given,
            List<SpinTrigger.Http> http,
            List<SpinTrigger.Event> messages) {
        Where where = where(workload);
        Map<String, SpinManifest.Component> components = new LinkedHashMap<>();
        for (WasmcloudWorkload.Component component : workload.components()) {
            String id = component.name();
            components.put(id, component(id, component.image(), component.resources(), workload, given.get(id), where));
        }
        WasmcloudWorkload.Service service = workload.service();
        if (service != null) {
            String id = WasmcloudWorkload.SERVICE;
            components.put(id, component(id, service.image(), service.resources(), workload, given.get(id), where));
        }
        return new SpinManifest(
                workload.workload().name(),
                "",
                "",
                List.of(),
                List.of(),
                Map.of(),
                http,
                messages,
                workload.broker(),
                components,
                null,
                workload.notices().stream()
                        .map(notice -> new SpinManifest.Notice(where, notice))
                        .toList());
    }

    private static Where where(WasmcloudWorkload workload) {
        return Where.of(WasmcloudWorkload.KIND + " " + workload.workload());
    }

    /** The component that answers HTTP requests: the only one, or the one that exports what takes them. */
    private static List<SpinTrigger.Http> http(WasmcloudWorkload workload, Function<String, List<String>> exports) {
        List<WasmcloudWorkload.Component> answering = exporting(workload, HTTP, exports);
        if (workload.http().isEmpty() || answering.isEmpty()) {
            return List.of();
        }
        if (answering.size() > 1) {
            throw Problem.invalid(answering.get(1).path() + ".image: it exports wasi:http/incoming-handler, as "
                    + answering.getFirst().name() + " does (expected: one component that answers requests)");
        }
        String id = answering.getFirst().name();
        return List.of(new SpinTrigger.Http(
                id + "-http-trigger", "/...", new SpinTrigger.Run(id, new SpinTrigger.Components()), where(workload)));
    }

    private static List<SpinTrigger.Event> messages(
            WasmcloudWorkload workload, Function<String, List<String>> exports) {
        List<SpinTrigger.Event> triggers = new ArrayList<>();
        for (WasmcloudWorkload.Component component : exporting(workload, MESSAGES, exports)) {
            List<WasmcloudWorkload.Subscription> subscriptions = workload.subscriptions(component);
            if (subscriptions.isEmpty() && workload.handlesMessages()) {
                throw Problem.invalid(component.path() + ".image: it exports a handler of messages, and has no subjects"
                        + " (expected: localResources.config.subscriptions)");
            }
            for (WasmcloudWorkload.Subscription subscription : subscriptions) {
                triggers.add(new SpinTrigger.Messaging(
                        component.name() + "-messaging-trigger-" + (triggers.size() + 1),
                        subscription.broker(),
                        subscription.subject(),
                        "",
                        component.name(),
                        where(workload)));
            }
        }
        return triggers;
    }

    /** Those that export one of these; the only one of a workload that has no other, whatever it exports. */
    private static List<WasmcloudWorkload.Component> exporting(
            WasmcloudWorkload workload, List<String> names, Function<String, List<String>> exports) {
        List<WasmcloudWorkload.Component> found = workload.components().stream()
                .filter(component -> exports.apply(component.name()).stream()
                        .anyMatch(export -> names.stream().anyMatch(export::startsWith)))
                .toList();
        return found.isEmpty() && workload.components().size() == 1 ? workload.components() : found;
    }

    private static SpinManifest.Component component(
            String id,
            WasmcloudWorkload.Image image,
            WasmcloudWorkload.LocalResources resources,
            WasmcloudWorkload workload,
            @Nullable Given given,
            Where where) {
        List<String> hosts = new ArrayList<>(resources.allowedHosts());
        if (workload.service() != null) {
            hosts.addAll(LOOPBACK);
        }
        return new SpinManifest.Component(
                id,
                new SpinManifest.Source.Local(image.reference()),
                "",
                given == null ? Map.of() : names(given.config()),
                given == null ? Map.of() : names(given.environment()),
                resources.mounts().stream()
                        .map(mount -> new SpinManifest.FileMount(mount.volume(), mount.path()))
                        .toList(),
                List.of(),
                hosts,
                workload.declares("wasi:keyvalue") ? List.of(KeyValueStores.ANY) : List.of(),
                List.of(),
                workload.buckets(),
                List.of(),
                null,
                null,
                Map.of(),
                Map.of(),
                where);
    }

    private static Map<String, String> names(Map<String, String> values) {
        Map<String, String> names = new LinkedHashMap<>();
        values.keySet().forEach(name -> names.put(name, ""));
        return names;
    }

    /**
     * What {@code hostInterfaces} declares.
     *
     * @param unnamed {@code namespace:package} of what is imported by its own name; the only entry of a package serves that
     *     too, whatever it is named
     * @param config the values of {@code wasi:config} by its own name
     * @param named the values by the entry's name and {@code namespace:package}
     */
    private record Interfaces(
            List<String> unnamed, Map<String, String> config, Map<String, Map<String, Map<String, String>>> named) {

        static Interfaces of(WasmcloudWorkload workload, Layers layers) {
            List<String> unnamed = new ArrayList<>();
            Map<String, String> config = new LinkedHashMap<>();
            Map<String, Map<String, Map<String, String>>> named = new LinkedHashMap<>();
            for (WasmcloudWorkload.HostInterface declared : workload.hostInterfaces()) {
                boolean isConfig = declared.name().equals("wasi:config");
                Map<String, String> values = isConfig
                        ? layers.values(declared.config())
                        : declared.config().inline();
                if (workload.isOwn(declared)) {
                    unnamed.add(declared.name());
                    if (isConfig) {
                        config.putAll(values);
                    }
                }
                if (!declared.entry().isEmpty()) {
                    named.computeIfAbsent(declared.entry(), _ -> new LinkedHashMap<>())
                            .put(declared.name(), values);
                }
            }
            return new Interfaces(List.copyOf(unnamed), config, named);
        }
    }

    /** Reads layers, and remembers what they name that is not there. */
    private static final class Layers {
        private final String namespace;
        private final ConfigSource source;
        private final List<String> missing = new ArrayList<>();

        Layers(String namespace, ConfigSource source) {
            this.namespace = namespace;
            this.source = source;
        }

        Map<String, String> values(WasmcloudWorkload.Layer layer) {
            Map<String, String> values = new LinkedHashMap<>();
            for (String name : layer.configMaps()) {
                source.configMap(namespace, name)
                        .ifPresentOrElse(
                                values::putAll, () -> missing.add(missing(layer, "configFrom", "ConfigMap", name)));
            }
            for (String name : layer.secrets()) {
                source.secret(namespace, name)
                        .ifPresentOrElse(
                                values::putAll, () -> missing.add(missing(layer, "secretFrom", "Secret", name)));
            }
            values.putAll(layer.inline());
            return values;
        }

        private String missing(WasmcloudWorkload.Layer layer, String field, String kind, String name) {
            return layer.path() + "." + field + ": no " + kind + " " + namespace + "/" + name
                    + " (expected: one that was applied)";
        }
    }
}
