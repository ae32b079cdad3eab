package dev.polder.app.bridge;

import dev.polder.evidence.sbom.Release;
import dev.polder.evidence.sbom.Releases;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.TrafficStats;
import dev.polder.portal.catalog.Catalog;
import dev.polder.portal.catalog.Entity;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.AppVersion;
import dev.polder.wasm.service.WasmApps;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The four facts of a component: owned (catalogue), runs (Wasm), talks (mesh), proven (evidence).
 *
 * <p>The one place where all four pillars are looked at together; the shape stands in {@code docs/http-api.md}. Safe for
 * any thread.
 */
public final class Facts {

    private static final int STEP_SECONDS = 15;
    private static final int STEPS = 60;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Catalog catalog;
    private final WasmApps apps;
    private final TrafficStats traffic;
    private final Releases releases;
    private final Function<WorkloadRef, String> urls;

    /** @param urls the gateway's URL of a workload */
    public Facts(
            Catalog catalog,
            WasmApps apps,
            TrafficStats traffic,
            Releases releases,
            Function<WorkloadRef, String> urls) {
        this.catalog = catalog;
        this.apps = apps;
        this.traffic = traffic;
        this.releases = releases;
        this.urls = urls;
    }

    /** The facts of an entity, or empty when the catalogue has none of that name. */
    public Optional<ObjectNode> of(EntityRef ref) {
        return catalog.entity(ref).map(this::of);
    }

    private ObjectNode of(Entity entity) {
        Optional<WorkloadRef> workload = Workloads.of(entity);
        ObjectNode facts = JSON.objectNode();
        facts.put("ref", entity.ref().toString());
        facts.set("owned", owned(entity));
        set(facts, "runs", workload.flatMap(apps::state).map(this::runs).orElse(null));
        set(facts, "talks", workload.flatMap(this::talks).orElse(null));
        set(facts, "proven", proven(entity.ref(), workload.flatMap(apps::state).flatMap(AppState::serving)));
        return facts;
    }

    private static ObjectNode owned(Entity entity) {
        ObjectNode owned = JSON.objectNode();
        owned.put("owner", first(entity.targets("ownedBy")));
        owned.put("lifecycle", entity.spec("lifecycle").orElse(null));
        owned.put(
                "system",
                first(entity.targets("partOf").stream()
                        .filter(target -> target.kind().equalsIgnoreCase("system"))
                        .toList()));
        return owned;
    }

    private ObjectNode runs(AppState state) {
        Optional<AppVersion> serving = state.serving();
        ObjectNode runs = JSON.objectNode();
        runs.put(
                "instances",
                apps.stats(state.workload())
                        .map(stats -> stats.instances().live())
                        .orElse(0L));
        runs.put(
                "version", serving.map(AppVersion::digest).map(Digest::toString).orElse(null));
        runs.put(
                "deployedAt",
                serving.map(version -> version.info().at().toString()).orElse(null));
        runs.put("health", health(state));
        runs.put("reason", reason(state));
        runs.put("url", urls.apply(state.workload()));
        return runs;
    }

    /** Good when the newest version serves, warning when an older one had to stay, critical when none does. */
    static String health(AppState state) {
        return switch (state.phase()) {
            case SERVING -> newestFailed(state) ? "warning" : "good";
            case STOPPED -> "unknown";
            case FAILED -> "critical";
        };
    }

    static @Nullable String reason(AppState state) {
        if (state.phase() == AppState.Phase.SERVING && newestFailed(state)) {
            return "the newest version failed; the one before serves";
        }
        return state.reason().isEmpty() ? null : state.reason();
    }

    private static boolean newestFailed(AppState state) {
        return !state.versions().isEmpty() && state.versions().getFirst().state() == AppVersion.State.FAILED;
    }

    private Optional<ObjectNode> talks(WorkloadRef workload) {
        Optional<TrafficStats.Series> series = traffic.series(workload, STEP_SECONDS * STEPS, STEP_SECONDS);
        Optional<TrafficStats.Summary> lastHour = traffic.summary(workload, TrafficStats.SECONDS);
        if (series.isEmpty()
                || lastHour.isEmpty()
                || lastHour.get().byStatus().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        == 0) {
            return Optional.empty();
        }
        TrafficStats.Summary summary =
                traffic.summary(workload, STEP_SECONDS * STEPS).orElse(lastHour.get());
        ObjectNode talks = JSON.objectNode();
        ArrayNode rps = talks.putArray("rps");
        double[] sums = new double[STEPS];
        series.get().byStatus().values().forEach(counts -> {
            for (int i = 0; i < Math.min(STEPS, counts.size()); i++) {
                sums[i] += counts.get(i) / (double) STEP_SECONDS;
            }
        });
        for (double sum : sums) {
            rps.add(Math.round(sum * 100) / 100.0);
        }
        talks.put("errorRate", finite(summary.errorRate()));
        talks.put("p99Ms", finite(summary.p99Millis()));
        talks.put("mtls", lastHour.get().mutualTls());
        talks.put("callers", lastHour.get().callers().size());
        talks.put("callees", lastHour.get().callees().size());
        return Optional.of(talks);
    }

    private @Nullable ObjectNode proven(EntityRef ref, Optional<AppVersion> serving) {
        List<Release> all = releases.list(ref);
        if (all.isEmpty()) {
            return null;
        }
        Release newest = released(all, serving);
        ObjectNode proven = JSON.objectNode();
        proven.put("releases", all.size());
        proven.put("sbom", newest.sbom().toString());
        proven.put("sbomAt", newest.createdAt().toString());
        proven.put("components", newest.components());
        proven.putNull("findings");
        proven.putNull("clock");
        return proven;
    }

    /** The release of what serves, which is an older one after a rollback; else the newest. */
    static Release released(List<Release> newestFirst, Optional<AppVersion> serving) {
        return serving.map(AppVersion::parts).stream()
                .flatMap(parts -> parts.components().values().stream().limit(1))
                .flatMap(main ->
                        newestFirst.stream().filter(release -> release.wasm().equals(main)))
                .findFirst()
                .orElse(newestFirst.getFirst());
    }

    static double finite(double value) {
        return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : 0;
    }

    private static @Nullable String first(List<EntityRef> refs) {
        return refs.isEmpty() ? null : refs.getFirst().toString();
    }

    private static void set(ObjectNode facts, String field, @Nullable ObjectNode value) {
        if (value == null) {
            facts.putNull(field);
        } else {
            facts.set(field, value);
        }
    }
}
