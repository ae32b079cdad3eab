package dev.polder.app;

import dev.polder.app.bridge.ConfigResources;
import dev.polder.app.bridge.MeshOutgoing;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.StoreLocation;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.ModuleLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.event.EventLimits;
import dev.polder.wasm.event.MessageBrokers;
import dev.polder.wasm.service.AppLimits;
import dev.polder.wasm.service.AppVariables;
import dev.polder.wasm.service.WasmApps;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What runs Wasm: the engine, the pool of guest threads, the apps.
 *
 * @param engine closed by who opened it
 * @param why why it is this engine
 * @param variables values that people gave to the variables of apps
 * @param authorities who vouches for servers that speak TLS
 */
record WasmPart(
        WasmEngine engine,
        String why,
        GuestExecutor executor,
        EventLimits eventLimits,
        MessageBrokers brokers,
        AppVariables variables,
        Authorities authorities,
        WasmApps apps)
        implements AutoCloseable {

    /** Opens the engine that is configured. */
    static Engines.Opened engine(PolderConfig config, Path data) {
        EngineChoice choice =
                EngineChoice.parse(config.wasm().engine().toString().toLowerCase(Locale.ROOT));
        return Engines.open(
                choice,
                data.resolve("cache/wasm"),
                ModuleLimits.DEFAULT,
                (long) config.wasm().idleCodeMiB() << 20);
    }

    /**
     * Serves again what was deployed.
     *
     * @param slow see {@link Composition#start(PolderConfig, Consumer)}
     */
    static WasmPart open(
            PolderConfig config,
            Store store,
            Engines.Opened opened,
            MeshOutgoing outgoing,
            Clock clock,
            Consumer<String> slow) {
        int threads = config.wasm().poolSize();
        GuestExecutor executor =
                threads == 0 ? GuestExecutor.withDefaults() : new GuestExecutor(threads, GuestExecutor.QUEUE);
        Authorities authorities = authorities(config.wasm().authorities());
        Map<String, StoreLocation> stores = WasmStores.of(config.wasm().stores(), authorities);
        Function<WorkloadRef, OutboundRules> outbound = workload -> {
            PolderConfig.Wasm.Outbound networks = config.wasm().outboundOf(workload);
            return new OutboundRules(NetworkRules.of(networks.networks(), networks.blocked()), authorities);
        };
        PolderConfig.Wasm.Events events = config.wasm().events();
        EventLimits standard = EventLimits.DEFAULT;
        EventLimits eventLimits = new EventLimits(
                events.concurrency(),
                standard.queue(),
                standard.queueBytes(),
                standard.payloadBytes(),
                events.attempts(),
                Duration.ofMillis(events.backoffMillis()),
                standard.longestBackoff(),
                events.deadLetters(),
                (long) events.deadLetterMiB() << 20);
        MessageBrokers brokers = new MessageBrokers(store.database(), eventLimits, outbound, clock);
        AppVariables variables = new AppVariables(store.dataDir().resolve("apps"));
        WasmVariables sources = new WasmVariables(config.wasm().variables(), variables, authorities);
        WasmApps.Settings settings = new WasmApps.Settings(
                workload -> limits(config.wasm().limitsOf(workload)),
                Duration.ofSeconds(config.wasm().idleSeconds()),
                WasmApps.Settings.defaults().runningPerApp(),
                workload -> sources.of(workload, outbound.apply(workload)),
                outgoing::of,
                _ -> stores,
                brokers::of,
                new ConfigResources(store.resources()),
                outbound,
                guestMemory(config.wasm().guestMemoryMiB()));
        WasmApps apps = new WasmApps(
                opened.engine(),
                executor,
                store.resources(),
                store.blobs(),
                store.dataDir().resolve("cache/files"),
                store.dataDir().resolve("apps"),
                settings,
                clock);
        try (SlowStart told = new SlowStart(slow)) {
            apps.restore(
                    (app, done, all) -> told.at("apps: " + done + " of " + all + " are loaded, " + app + " is next"));
        }
        return new WasmPart(
                opened.engine(), opened.why(), executor, eventLimits, brokers, variables, authorities, apps);
    }

    private static HostMemory guestMemory(int mebibytes) {
        return mebibytes == 0 ? HostMemory.GUESTS : HostMemory.guests((long) mebibytes << 20);
    }

    private static Authorities authorities(List<PolderConfig.Wasm.Authority> all) {
        try {
            return Authorities.of(all.stream()
                    .map(one -> new Authorities.Named(one.hosts(), Objects.requireNonNull(one.caFile())))
                    .toList());
        } catch (Problem e) {
            throw Problem.invalid("wasm.authorities: " + e.detail());
        }
    }

    private static AppLimits limits(PolderConfig.Wasm.Limits limits) {
        return new AppLimits(
                (long) limits.memoryMiB() << 20,
                limits.tableElements(),
                Duration.ofMillis(limits.wallMillis()),
                Duration.ofMillis(limits.cpuMillis()),
                bytes(limits.outputMiB(), 20),
                bytes(limits.bodyMiB(), 20),
                limits.concurrency(),
                limits.handles(),
                bytes(limits.headerKiB(), 10),
                limits.sockets(),
                limits.outboundRequests(),
                limits.connections(),
                bytes(limits.logKiB(), 10),
                bytes(limits.logKiBPerSecond(), 10),
                limits.instanceRequests());
    }

    private static int bytes(int number, int shift) {
        return (int) Math.min((long) number << shift, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        apps.close();
        brokers.close();
        executor.close();
        variables.close();
    }
}
