package dev.polder.wasm.event;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.service.AppEvent;
import java.time.Instant;

/**
 * An event that no attempt could deliver.
 *
 * @param id larger for later ones
 * @param kind of the trigger: {@code redis}, {@code cron}, {@code mqtt} or {@code messaging}
 * @param source where it came from, without passwords
 * @param event when it first came, and the message; a truncated one holds the beginning of the payload only
 * @param bytes of the whole payload
 * @param error of the last attempt
 * @param at when it became a dead letter
 */
public record DeadLetter(
        long id,
        WorkloadRef workload,
        String trigger,
        String kind,
        String component,
        String source,
        AppEvent event,
        long bytes,
        boolean truncated,
        String error,
        int attempts,
        Instant at) {}
