package dev.polder.wasm.event;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.service.SpinTrigger;

/** Is told of what happens to events, to count it; for any thread, and returns at once. */
@FunctionalInterface
public interface EventMeter {

    /** What happened to an event. */
    enum Outcome {
        SUCCEEDED,
        /** One attempt failed. */
        FAILED,
        REDELIVERED,
        DROPPED,
        DEAD_LETTER
    }

    void count(WorkloadRef workload, SpinTrigger.Event trigger, Outcome outcome);
}
