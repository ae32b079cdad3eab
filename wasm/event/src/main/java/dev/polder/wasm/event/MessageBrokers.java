package dev.polder.wasm.event;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Database;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.event.internal.LocalBroker;
import dev.polder.wasm.event.internal.NatsBroker;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The brokers that apps send messages by: the one inside Polder, and NATS servers by their addresses. */
public final class MessageBrokers implements AutoCloseable {

    private record Key(WorkloadRef workload, String address) {}

    private final LocalBroker local;
    private final int payloadBytes;
    private final Function<WorkloadRef, OutboundRules> rules;
    private final ConcurrentHashMap<Key, NatsBroker> servers = new ConcurrentHashMap<>();

    /**
     * The database stays the caller's to close, after this.
     *
     * @param rules the operator's for the servers of an app, asked when one is first connected to
     */
    public MessageBrokers(
            Database database, EventLimits limits, Function<WorkloadRef, OutboundRules> rules, Clock clock) {
        database.migrate("event");
        this.payloadBytes = limits.payloadBytes();
        this.rules = rules;
        this.local = new LocalBroker(database, clock, payloadBytes);
    }

    /**
     * The broker of an app.
     *
     * @param address {@code nats://…} or {@code tls://…}, or {@code ""} for the one inside Polder, where apps of a namespace reach each other
     * @throws dev.polder.kernel.model.Problem INVALID for another address
     */
    public MessageBroker of(WorkloadRef workload, String address) {
        return address.isEmpty()
                ? local.of(workload.namespace())
                : servers.computeIfAbsent(
                        new Key(workload, address),
                        key -> new NatsBroker(
                                key.address, "polder " + key.workload, rules(key.workload), payloadBytes));
    }

    /** The operator's rules for servers of an app. */
    OutboundRules rules(WorkloadRef workload) {
        return rules.apply(workload);
    }

    LocalBroker local() {
        return local;
    }

    @Override
    public void close() {
        servers.values().forEach(NatsBroker::close);
    }
}
