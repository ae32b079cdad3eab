package dev.polder.app.bridge;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.TrafficStats;
import dev.polder.wasm.service.AppInventory;
import dev.polder.wasm.service.AppLimits;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.AppStats;
import dev.polder.wasm.service.ComponentStats;
import dev.polder.wasm.service.LatencyHistogram;
import dev.polder.wasm.service.StorageUse;
import dev.polder.wasm.service.TrapRecord;
import dev.polder.wasm.service.WasmApps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A Wasm app from the inside, as {@code docs/http-api.md} shows it: what it is made of, what it was granted, how it does. */
public final class AppDetails {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int RECENT_SECONDS = 60;

    private final WasmApps apps;
    private final TrafficStats traffic;

    public AppDetails(WasmApps apps, TrafficStats traffic) {
        this.apps = apps;
        this.traffic = traffic;
    }

    /** When a deployment that is on its way began, or null. */
    @Nullable
    String deployingSince(WorkloadRef workload) {
        return apps.deployingSince(workload).map(Instant::toString).orElse(null);
    }

    /** Few figures, for a row of a table. */
    ObjectNode figures(AppState state) {
        WorkloadRef workload = state.workload();
        ObjectNode json = JSON.objectNode();
        json.put(
                "deployedAt",
                state.serving().map(version -> version.info().at().toString()).orElse(null));
        AppStats stats = apps.stats(workload).orElse(null);
        TrafficStats.Summary recent = traffic.summary(workload, RECENT_SECONDS).orElse(null);
        json.put("rps", recent == null ? 0 : Facts.finite(recent.requestsPerSecond()));
        json.put("errorRate", recent == null ? 0 : Facts.finite(recent.errorRate()));
        json.put("running", stats == null ? 0 : stats.running());
        json.put("live", stats == null ? 0 : stats.instances().live());
        json.put("requests", stats == null ? 0 : stats.requests());
        json.put("traps", stats == null ? 0 : stats.traps());
        if (stats == null || stats.latency().total() == 0) {
            json.putNull("p99Ms");
        } else {
            json.put("p99Ms", Facts.finite(stats.latency().quantileMillis(0.99)));
        }
        Optional<AppInventory> inventory = apps.inventory(workload);
        ArrayNode languages = json.putArray("languages");
        inventory.stream()
                .flatMap(found -> found.components().stream())
                .flatMap(part -> part.producers().language().stream())
                .distinct()
                .forEach(languages::add);
        ArrayNode triggers = json.putArray("triggers");
        inventory.ifPresent(found -> found.triggers()
                .forEach(trigger ->
                        triggers.addObject().put("kind", trigger.kind()).put("source", trigger.source())));
        return json;
    }

    /** What an app may use. */
    ObjectNode limits(AppLimits limits) {
        return JSON.objectNode()
                .put("memoryBytes", limits.memoryBytes())
                .put("tableElements", limits.tableElements())
                .put("wallMillis", limits.wallTime().toMillis())
                .put("cpuMillis", limits.cpuTime().toMillis())
                .put("outputBytes", limits.outputBytes())
                .put("bodyBytes", limits.bodyBytes())
                .put("concurrency", limits.concurrency())
                .put("handles", limits.handles())
                .put("headerBytes", limits.headerBytes())
                .put("sockets", limits.sockets())
                .put("outboundRequests", limits.outboundRequests())
                .put("connections", limits.connections())
                .put("guestMemoryBytes", apps.guestMemory().half().most())
                .put("hostMemoryBytes", AppLimits.hostMemoryBytes())
                .put("logBytes", limits.logBytes())
                .put("logBytesPerSecond", limits.logBytesPerSecond());
    }

    /** Everything. */
    ObjectNode whole(AppState state) {
        WorkloadRef workload = state.workload();
        Optional<AppInventory> inventory = apps.inventory(workload);
        Map<String, ComponentStats> stats = apps.componentStats(workload);
        ObjectNode json = JSON.objectNode();
        json.put("workload", workload.toString());
        json.put("state", state.phase().name().toLowerCase(Locale.ROOT));
        json.put("activity", WorkloadDetails.activity(state));
        json.put("deployingSince", deployingSince(workload));
        json.put("name", inventory.map(AppInventory::name).orElse(null));
        json.put("version", inventory.map(AppInventory::version).orElse(null));
        ArrayNode components = json.putArray("components");
        ArrayNode triggers = json.putArray("triggers");
        ArrayNode variables = json.putArray("variables");
        inventory.ifPresent(found -> {
            found.components().forEach(part -> components.add(component(part, stats.get(part.id()))));
            found.triggers().forEach(trigger -> triggers.add(trigger(trigger)));
            found.variables().forEach(variable -> variables.add(variable(variable)));
        });
        ArrayNode storage = json.putArray("storage");
        apps.storageUse(workload).forEach(use -> storage.add(storage(use)));
        apps.stats(workload).ifPresent(figures -> {
            json.set("instances", instances(figures));
            json.set("requests", requests(workload, figures));
            json.set("latency", latency(figures.latency()));
        });
        json.set("limits", limits(state.limits()));
        ArrayNode traps = json.putArray("traps");
        apps.traps(workload).forEach(trap -> traps.add(trap(trap)));
        return json;
    }

    private static ObjectNode trap(TrapRecord trap) {
        ObjectNode json = JSON.objectNode()
                .put("id", trap.id())
                .put("at", trap.at().toString())
                .put("component", trap.component())
                .put("request", trap.request())
                .put("kind", trap.kind())
                .put("limit", trap.limit())
                .put("message", trap.message());
        ArrayNode frames = json.putArray("frames");
        trap.frames()
                .forEach(frame -> frames.addObject()
                        .put("function", frame.function())
                        .put("file", frame.file())
                        .put("line", frame.line()));
        return json;
    }

    private static ObjectNode component(AppInventory.Part part, @Nullable ComponentStats stats) {
        ObjectNode json = JSON.objectNode();
        json.put("id", part.id());
        json.put("source", part.source());
        json.put("digest", part.digest().toString());
        json.put("bytes", part.bytes());
        json.put("form", part.isComponent() ? "component" : "module");
        json.put("language", part.producers().language().orElse(null));
        ArrayNode tools = json.putArray("tools");
        part.producers()
                .tools()
                .forEach(tool -> tools.addObject()
                        .put("field", tool.field())
                        .put("name", tool.name())
                        .put("version", tool.version()));
        ArrayNode imports = json.putArray("imports");
        byPackage(part.imports()).forEach((name, interfaces) -> {
            ArrayNode list = imports.addObject().put("package", name).putArray("interfaces");
            interfaces.forEach(asked -> {
                ObjectNode one = list.addObject().put("name", interfaceOf(asked.name()));
                asked.functions().forEach(one.putArray("functions")::add);
                one.put(
                        "access",
                        asked.grant().access().name().toLowerCase(Locale.ROOT).replace('_', '-'));
                grant(one, asked.grant());
            });
        });
        part.exports().forEach(json.putArray("exports")::add);
        ArrayNode unused = json.putArray("unused");
        part.unused().forEach(idle -> grant(unused.addObject(), idle));
        if (stats == null) {
            json.putNull("figures");
        } else {
            json.putObject("figures")
                    .put("requests", stats.latency().total())
                    .put("failures", stats.failures())
                    .put("running", stats.running())
                    .put("peak", stats.peak())
                    .set("latency", latency(stats.latency()));
        }
        return json;
    }

    private static void grant(ObjectNode json, AppInventory.Grant grant) {
        json.put("key", grant.key());
        grant.values().forEach(json.putArray("values")::add);
    }

    private static Map<String, List<AppInventory.Import>> byPackage(List<AppInventory.Import> imports) {
        Map<String, List<AppInventory.Import>> byPackage = new LinkedHashMap<>();
        imports.forEach(asked -> byPackage
                .computeIfAbsent(packageOf(asked.name()), _ -> new ArrayList<>())
                .add(asked));
        return byPackage;
    }

    /** {@code wasi:http@0.2.3} of {@code wasi:http/types@0.2.3}; a name without an interface is its own package. */
    static String packageOf(String name) {
        int slash = name.indexOf('/');
        int at = name.indexOf('@');
        return slash < 0 ? name : name.substring(0, slash) + (at < 0 ? "" : name.substring(at));
    }

    private static String interfaceOf(String name) {
        int slash = name.indexOf('/');
        int at = name.indexOf('@');
        return slash < 0 ? "" : name.substring(slash + 1, at < 0 ? name.length() : at);
    }

    private static ObjectNode trigger(AppInventory.Trigger trigger) {
        return JSON.objectNode()
                .put("id", trigger.id())
                .put("kind", trigger.kind())
                .put("source", trigger.source())
                .put("executor", trigger.executor())
                .put("component", trigger.component());
    }

    private static ObjectNode variable(AppInventory.Variable variable) {
        return JSON.objectNode()
                .put("name", variable.name())
                .put("required", variable.required())
                .put("secret", variable.secret())
                .put("from", variable.fromManifest() ? "manifest" : "provider")
                .put("value", variable.value());
    }

    private static ObjectNode storage(StorageUse use) {
        ObjectNode json = JSON.objectNode().put("kind", use.kind()).put("label", use.label());
        json.put("keys", use.keys() < 0 ? null : use.keys());
        json.put("bytes", use.bytes() < 0 ? null : use.bytes());
        return json;
    }

    private ObjectNode instances(AppStats stats) {
        return JSON.objectNode()
                .put("running", stats.running())
                .put("waiting", stats.waiting())
                .put("atOnce", apps.runningPerApp())
                .put("live", stats.instances().live())
                .put("made", stats.instances().made())
                .put("reused", stats.instances().reused());
    }

    private ObjectNode requests(WorkloadRef workload, AppStats stats) {
        ObjectNode json = JSON.objectNode()
                .put("total", stats.requests())
                .put("failures", stats.failures())
                .put("traps", stats.traps())
                .put("refused", stats.refused());
        ObjectNode passed = json.putObject("limits");
        stats.limits().forEach((limit, times) -> {
            if (times > 0) {
                passed.put(limit.id(), times);
            }
        });
        Map<String, Long> classes = new TreeMap<>();
        traffic.summary(workload, TrafficStats.SECONDS)
                .ifPresent(hour -> hour.byStatus()
                        .forEach((status, count) -> classes.merge(status / 100 + "xx", count, Long::sum)));
        json.put("recentSeconds", TrafficStats.SECONDS);
        ObjectNode byClass = json.putObject("byClass");
        classes.forEach(byClass::put);
        return json;
    }

    private static ObjectNode latency(LatencyHistogram.Snapshot snapshot) {
        ObjectNode json = JSON.objectNode().put("total", snapshot.total());
        json.put("p50Ms", Facts.finite(snapshot.quantileMillis(0.5)));
        json.put("p90Ms", Facts.finite(snapshot.quantileMillis(0.9)));
        json.put("p99Ms", Facts.finite(snapshot.quantileMillis(0.99)));
        ArrayNode buckets = json.putArray("buckets");
        snapshot.buckets()
                .forEach(bucket -> buckets.addArray()
                        .add(Facts.finite(bucket.fromMillis()))
                        .add(Facts.finite(bucket.toMillis()))
                        .add(bucket.count()));
        return json;
    }
}
