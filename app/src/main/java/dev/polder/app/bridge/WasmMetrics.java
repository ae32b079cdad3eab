package dev.polder.app.bridge;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.AppStats;
import dev.polder.wasm.service.LogRing;
import dev.polder.wasm.service.WasmApps;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * What apps do, as metrics: {@code polder_wasm_limit_total{app,limit}} counts the limits that guests pass, {@code
 * polder_wasm_instances_made_total{app}} and {@code polder_wasm_instances_reused_total{app}} instances that were made and
 * requests that one served which had served before; {@code polder_wasm_instances{app}} is how many there are, and {@code
 * polder_wasm_idle{app}} 1 while an app let go of its compiled code. {@code polder_wasm_guest_memory_bytes} is what the memories
 * of all guests take, of {@code polder_wasm_guest_memory_limit_bytes}.
 */
public final class WasmMetrics implements AutoCloseable {

    private static final String LIMIT = "polder.wasm.limit";

    private final WasmApps apps;
    private final MeterRegistry registry;
    private final Map<WorkloadRef, List<Meter>> meters = new ConcurrentHashMap<>();
    private final List<LogRing.Subscription> subscriptions;

    private WasmMetrics(WasmApps apps, MeterRegistry registry) {
        this.apps = apps;
        this.registry = registry;
        subscriptions = List.of(
                apps.onLimit((workload, limit, times) -> Counter.builder(LIMIT)
                        .description("Times that a guest passed a limit; dropped lines for the log.")
                        .tag("app", workload.toString())
                        .tag("limit", limit.id())
                        .register(registry)
                        .increment((double) times)),
                apps.onChange(state -> look(state.workload())));
        apps.states().forEach(state -> look(state.workload()));
        Gauge.builder(
                        "polder.wasm.guest.memory.bytes",
                        apps,
                        all -> all.guestMemory().taken())
                .description("What the memories and tables of all guests take.")
                .register(registry);
        Gauge.builder(
                        "polder.wasm.guest.memory.limit.bytes",
                        apps,
                        all -> all.guestMemory().most())
                .description("What they may take.")
                .register(registry);
    }

    /** Counts until it is closed. */
    public static WasmMetrics bind(WasmApps apps, MeterRegistry registry) {
        return new WasmMetrics(apps, registry);
    }

    /** Those that came get their meters, those that went lose them. */
    private void look(WorkloadRef workload) {
        meters.compute(workload, (_, there) -> {
            boolean deployed = apps.state(workload).isPresent();
            if (!deployed && there != null) {
                there.forEach(registry::remove);
            }
            return !deployed ? null : there != null ? there : register(workload);
        });
    }

    private List<Meter> register(WorkloadRef workload) {
        return List.of(
                counter(
                        "polder.wasm.instances.made",
                        "Instances that were made for requests and events.",
                        workload,
                        AppStats.Instances::made),
                counter(
                        "polder.wasm.instances.reused",
                        "Requests to an instance that had served before.",
                        workload,
                        AppStats.Instances::reused),
                Gauge.builder("polder.wasm.instances", apps, all -> of(all, workload, AppStats.Instances::live))
                        .description("Instances that are there now.")
                        .tag("app", workload.toString())
                        .register(registry),
                Gauge.builder(
                                "polder.wasm.idle",
                                apps,
                                all -> all.state(workload)
                                                .filter(AppState::idle)
                                                .isPresent()
                                        ? 1
                                        : 0)
                        .description("1 while an app serves and let go of its compiled code.")
                        .tag("app", workload.toString())
                        .register(registry));
    }

    private Meter counter(String name, String what, WorkloadRef workload, ToDoubleFunction<AppStats.Instances> figure) {
        return FunctionCounter.builder(name, apps, all -> of(all, workload, figure))
                .description(what)
                .tag("app", workload.toString())
                .register(registry);
    }

    private static double of(WasmApps apps, WorkloadRef workload, ToDoubleFunction<AppStats.Instances> figure) {
        return apps.stats(workload)
                .map(stats -> figure.applyAsDouble(stats.instances()))
                .orElse(0.0);
    }

    @Override
    public void close() {
        subscriptions.forEach(LogRing.Subscription::close);
    }
}
