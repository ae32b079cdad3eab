package dev.polder.app.bridge;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.event.EventMeter;
import dev.polder.wasm.service.SpinTrigger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/**
 * Counts what happens to events: {@code polder_wasm_events_total{workload, trigger, kind, result}} with the results
 * {@code succeeded}, {@code dropped} and {@code dead_letter}, one for each event; {@code polder_wasm_event_failures_total}
 * and {@code polder_wasm_event_redeliveries_total} for attempts.
 */
public final class EventMetrics implements EventMeter {

    private final MeterRegistry registry;

    public EventMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void count(WorkloadRef workload, SpinTrigger.Event trigger, Outcome outcome) {
        Counter.Builder counter = switch (outcome) {
            case FAILED ->
                Counter.builder("polder.wasm.event.failures").description("Attempts to handle an event that failed.");
            case REDELIVERED ->
                Counter.builder("polder.wasm.event.redeliveries").description("Attempts after the first one.");
            case SUCCEEDED, DROPPED, DEAD_LETTER ->
                Counter.builder("polder.wasm.events")
                        .description("Events by what became of them.")
                        .tag("result", outcome.name().toLowerCase(Locale.ROOT));
        };
        counter.tag("workload", workload.toString())
                .tag("trigger", trigger.id())
                .tag("kind", trigger.kind())
                .register(registry)
                .increment();
    }
}
