package dev.polder.app.bridge;

import dev.polder.wasm.service.WasmApps;
import io.micrometer.core.instrument.MeterRegistry;

/** What apps do, as metrics. */
public final class WasmMetrics {

    private static final String LIMIT = "polder.wasm.limit";

    private WasmMetrics() {}

    /** Counts the limits that guests pass: {@code polder_wasm_limit_total{app,limit}}. */
    public static AutoCloseable bind(WasmApps apps, MeterRegistry registry) {
        return apps.onLimit(
                (workload, limit) -> registry.counter(LIMIT, "app", workload.toString(), "limit", limit.id())
                        .increment());
    }
}
