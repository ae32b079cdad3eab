package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.wasm.service.WasmcloudWorkload;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The status of a {@code WorkloadDeployment}: the conditions that wasmCloud's operator gives the deployment and its
 * workload, each true, false with the reason, or unknown while one before it is not true.
 */
final class WasmcloudStatus {

    /** In the order in which they become true; {@code Ready} sums them up. */
    private enum Condition {
        CONFIG("Config"),
        HOST_SELECTION("HostSelection"),
        ARTIFACT("Artifact"),
        SYNC("Sync"),
        PLACEMENT("Placement"),
        DEPLOY("Deploy"),
        SCALE("Scale");

        private final String type;

        Condition(String type) {
            this.type = type;
        }
    }

    private static final String READY = "Ready";
    private static final String LABEL = "runtime.wasmcloud.dev/workload-deployment=";

    private record Value(String status, String reason, String message) {}

    private final Resource resource;
    private final Instant now;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private int wanted = 1;
    private int running;

    WasmcloudStatus(Resource resource, Instant now) {
        this.resource = resource;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        Value unknown = new Value("Unknown", "Waiting", "");
        values.put(READY, unknown);
        Arrays.stream(Condition.values()).forEach(condition -> values.put(condition.type, unknown));
    }

    /** Whether what is asked for now was done. */
    static boolean isReady(Resource resource) {
        return resource.status()
                .path("conditions")
                .valueStream()
                .anyMatch(condition -> condition.path("type").asString("").equals(READY)
                        && condition.path("status").asString("").equals("True")
                        && condition.path("observedGeneration").asLong(0)
                                == resource.metadata().generation());
    }

    static boolean wantsNone(Resource resource) {
        return resource.spec().path("replicas").asInt(1) == 0;
    }

    /** The hosts besides its own under which HTTP reaches a workload. */
    static List<String> hosts(WasmcloudWorkload workload) {
        return workload.http()
                .map(http -> Stream.of("host", "host-aliases")
                        .map(key -> http.config().inline().getOrDefault(key, ""))
                        .flatMap(hosts -> Arrays.stream(hosts.split(",", -1)))
                        .map(String::strip)
                        .filter(host -> !host.isEmpty())
                        .distinct()
                        .toList())
                .orElse(List.of());
    }

    static String path(WasmcloudWorkload workload) {
        return workload.http()
                .map(http -> http.config().inline().getOrDefault("path", "/"))
                .orElse("/");
    }

    void accepted(WasmcloudWorkload workload) {
        wanted = Math.min(1, workload.replicas());
        become(Condition.HOST_SELECTION, "OneHost", "this process");
        values.put(READY, new Value("Unknown", "Waiting", String.join("; ", workload.notices())));
    }

    void pulled(List<WasmcloudImages.Pulled> pulled) {
        become(
                Condition.ARTIFACT,
                "Pulled",
                pulled.stream().map(one -> one.reference().toString()).collect(Collectors.joining(", ")));
    }

    void stopped() {
        all("Stopped", "no replica is wanted");
    }

    void deployed() {
        running = 1;
        all("Deployed", "");
    }

    private void all(String reason, String message) {
        for (Condition condition : Condition.values()) {
            if (!value(condition.type).status().equals("True")) {
                become(condition, reason, message);
            }
        }
        Value ready = value(READY);
        values.put(READY, new Value("True", reason, ready.message().isEmpty() ? message : ready.message()));
    }

    private Value value(String type) {
        return Objects.requireNonNull(values.get(type));
    }

    private void become(Condition condition, String reason, String message) {
        values.put(condition.type, new Value("True", reason, message));
    }

    /**
     * Puts the failure where it belongs: at the config, or at the first condition after what was done.
     *
     * @param serves whether the version before serves on
     */
    void failed(Problem problem, boolean serves) {
        running = serves ? 1 : 0;
        Condition failed = problem.detail().matches("(?s)spec\\.[^:]*\\.(configFrom|secretFrom): .*")
                ? Condition.CONFIG
                : Arrays.stream(Condition.values())
                        .filter(condition -> condition != Condition.CONFIG)
                        .filter(condition -> !value(condition.type).status().equals("True"))
                        .findFirst()
                        .orElse(Condition.DEPLOY);
        Value value = new Value("False", reason(problem), problem.detail());
        values.put(failed.type, value);
        values.put(READY, value);
    }

    /** {@code NOT_FOUND} as {@code NotFound}. */
    private static String reason(Problem problem) {
        return Arrays.stream(problem.code().name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    ObjectNode json() {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        ArrayNode conditions = status.putArray("conditions");
        values.forEach((type, value) -> conditions
                .addObject()
                .put("type", type)
                .put("status", value.status())
                .put("observedGeneration", resource.metadata().generation())
                .put("lastTransitionTime", since(type, value))
                .put("reason", value.reason())
                .put("message", value.message()));
        status.putObject("replicas")
                .put("expected", wanted)
                .put("current", running)
                .put("ready", running)
                .put("unavailable", wanted - running);
        status.put("currentReplicas", running);
        status.put("selector", LABEL + resource.metadata().name());
        return status;
    }

    private String since(String type, Value value) {
        for (JsonNode before : resource.status().path("conditions")) {
            if (before.path("type").asString("").equals(type)
                    && before.path("status").asString("").equals(value.status())) {
                return before.path("lastTransitionTime").asString(now.toString());
            }
        }
        return now.toString();
    }
}
