package dev.polder.wasm.service;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.ModuleLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** A registry of apps on a real engine and a real store. */
final class Harness implements AutoCloseable {

    static final AppLimits LIMITS = new AppLimits(32L << 20, Duration.ofSeconds(10), 1 << 20, 1 << 20, 256);

    /** The environment in which the apps look for their variables. */
    static final Map<String, String> VARIABLES = Map.of("SPIN_VARIABLE_TOKEN", "t0ken");

    /** Of apps by name, where they are not the usual ones; before the deployment. */
    final Map<String, AppLimits> limits = new ConcurrentHashMap<>();

    /** Who has values for all apps; before the deployment. */
    final List<VariableProvider> variables =
            new CopyOnWriteArrayList<>(List.of(VariableProvider.environment(VARIABLES)));

    /** What the operator says of networks; before the deployment. */
    volatile OutboundRules outbound = OutboundRules.DEFAULT;

    /** Sends the requests of apps that are deployed from then on. */
    volatile OutgoingHttp outgoing = OutgoingHttp.none();

    final Store store;
    final WasmEngine engine;
    final GuestExecutor executor;
    final WasmApps apps;

    /** Opens it over a data folder, new or used; the test is skipped when the engine is not there. */
    Harness(EngineChoice choice, Path dataDir) {
        this(choice, dataDir, Duration.ZERO);
    }

    /** @param idle as in the settings; code of apps that are idle leaves at once */
    Harness(EngineChoice choice, Path dataDir, Duration idle) {
        this(choice, dataDir, idle, 0);
    }

    /** @param idleCode bytes of code of idle apps that may stay loaded */
    Harness(EngineChoice choice, Path dataDir, Duration idle, long idleCode) {
        this(choice, dataDir, idle, (_, _) -> MessageBroker.NONE, HostMemory.GUESTS, idleCode);
    }

    /** @param brokers by the address of a manifest */
    Harness(EngineChoice choice, Path dataDir, BiFunction<WorkloadRef, String, MessageBroker> brokers) {
        this(choice, dataDir, Duration.ZERO, brokers, HostMemory.GUESTS, 0);
    }

    /** @param guestMemory for all apps */
    Harness(EngineChoice choice, Path dataDir, HostMemory guestMemory) {
        this(choice, dataDir, Duration.ZERO, (_, _) -> MessageBroker.NONE, guestMemory, 0);
    }

    private Harness(
            EngineChoice choice,
            Path dataDir,
            Duration idle,
            BiFunction<WorkloadRef, String, MessageBroker> brokers,
            HostMemory guestMemory,
            long idleCode) {
        Engines.Opened opened = null;
        try {
            opened = Engines.open(choice, dataDir.resolve("compiled"), ModuleLimits.DEFAULT, idleCode);
        } catch (Problem problem) {
            assumeThat(problem.getMessage()).as("engine " + choice).isNull();
        }
        engine = opened.engine();
        store = Store.open(dataDir.resolve("data"));
        executor = new GuestExecutor(8, 1024);
        apps = new WasmApps(
                engine,
                executor,
                store.resources(),
                store.blobs(),
                dataDir.resolve("files"),
                dataDir.resolve("state"),
                new WasmApps.Settings(
                        workload -> limits.getOrDefault(workload.name(), LIMITS),
                        idle,
                        4,
                        _ -> variables,
                        _ -> outgoing,
                        _ -> Map.of(),
                        brokers,
                        ConfigSource.NONE,
                        _ -> outbound,
                        guestMemory),
                Clock.systemUTC());
    }

    static WorkloadRef workload(String name) {
        return new WorkloadRef("default", name);
    }

    static DeployInfo info(String commit) {
        return new DeployInfo(commit, "user:default/ada", Instant.parse("2026-11-22T10:00:00Z"));
    }

    AppState deploy(String name, byte[] wasm) {
        return apps.deploy(workload(name), TestModules.app(wasm), info("0123456789"));
    }

    HttpResponseData get(String name, String target) {
        return send(name, HttpRequestData.get("shop.example.com", target));
    }

    /** Waits for the answer; what failed is thrown as it is. */
    HttpResponseData send(String name, HttpRequestData request) {
        try {
            return apps.handle(workload(name), request)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw e;
        }
    }

    static String text(HttpResponseData response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        apps.close();
        executor.close();
        engine.close();
        store.close();
    }
}
