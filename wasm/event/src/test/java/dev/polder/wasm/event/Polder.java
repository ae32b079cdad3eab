package dev.polder.wasm.event;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.service.AppLimits;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.ConfigSource;
import dev.polder.wasm.service.DeployInfo;
import dev.polder.wasm.service.Language;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.WasmApps;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Apps with their triggers, on a real engine and a real store; over a data folder, new or used. */
final class Polder implements AutoCloseable {

    /** Quick to give up, so that tests are. */
    static final EventLimits QUICK = new EventLimits(
            4, 50, 1 << 20, 64 * 1024, 3, Duration.ofMillis(20), Duration.ofMillis(200), 10, 256 * 1024);

    /** Kept between tests and runs, so that the guest is compiled once. */
    private static final Path COMPILED = Path.of("target", "compiled-guest").toAbsolutePath();

    static final WorkloadRef APP = new WorkloadRef("default", "shop");

    final Map<EventMeter.Outcome, LongAdder> counted = new ConcurrentHashMap<>();
    final Store store;
    final WasmApps apps;
    final EventTriggers triggers;
    private final WasmEngine engine;
    private final GuestExecutor executor;
    private final MessageBrokers brokers;

    Polder(Path folder, Map<String, String> variables) {
        this(folder, variables, OutboundRules.DEFAULT);
    }

    Polder(Path folder, Map<String, String> variables, OutboundRules rules) {
        engine = Engines.open(EngineChoice.AUTO, COMPILED).engine();
        store = Store.open(folder.resolve("data"));
        executor = new GuestExecutor(4, 1024);
        brokers = new MessageBrokers(store.database(), QUICK, _ -> rules, Clock.systemUTC());
        apps = new WasmApps(
                engine,
                executor,
                store.resources(),
                store.blobs(),
                folder.resolve("files"),
                folder.resolve("state"),
                new WasmApps.Settings(
                        _ -> new AppLimits(32L << 20, Duration.ofMillis(1500), 1 << 20, 1 << 20, 256),
                        Duration.ofMillis(500),
                        4,
                        _ -> List.of(VariableProvider.environment(variables)),
                        _ -> OutgoingHttp.none(),
                        _ -> Map.of(),
                        brokers::of,
                        ConfigSource.NONE,
                        _ -> rules,
                        HostMemory.GUESTS),
                Clock.systemUTC());
        apps.restore();
        triggers = new EventTriggers(
                apps,
                brokers,
                new DeadLetters(store.database(), QUICK),
                QUICK,
                (_, _, outcome) ->
                        counted.computeIfAbsent(outcome, _ -> new LongAdder()).increment(),
                Clock.systemUTC());
    }

    /** An app of one component, the guest, with these triggers. */
    static BuiltApp app(String triggers) {
        String manifest = """
                spin_manifest_version = 2
                [application]
                name = "shop"
                [component.events]
                source = "events.wasm"
                key_value_stores = ["default"]
                allowed_outbound_hosts = ["http://self", "http://127.0.0.1:*"]
                """ + triggers;
        try (InputStream in = Objects.requireNonNull(Polder.class.getResourceAsStream("events.wasm"))) {
            return new BuiltApp(
                    SpinManifest.parse("spin.toml", manifest),
                    manifest,
                    List.of(BuiltApp.Component.of("events", in.readAllBytes())),
                    Language.RUST,
                    Path.of("."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void deploy(String triggers) {
        apps.deploy(APP, app(triggers), new DeployInfo("0123456", "user:default/ada", Instant.EPOCH));
    }

    TriggerState state() {
        List<TriggerState> states = triggers.states(APP);
        if (states.size() != 1) {
            throw new AssertionError("one trigger expected: " + states);
        }
        return states.getFirst();
    }

    void awaitConnected() {
        until(
                "a connection",
                () -> triggers.states(APP).stream().allMatch(state -> state.phase() == TriggerState.Phase.CONNECTED));
    }

    /** Waits until the app has let go of its compiled code. */
    void awaitIdle() {
        until("an idle app", () -> apps.state(APP).orElseThrow().idle());
    }

    List<String> lines(LogLine.Stream stream) {
        return apps.log(APP).after(0).stream()
                .filter(line -> line.stream() == stream)
                .map(LogLine::text)
                .toList();
    }

    /** Waits for a line of the guest. */
    void awaitLine(String text) {
        awaitLines(text, lines -> lines.contains(text));
    }

    void awaitLines(String what, Predicate<List<String>> enough) {
        try {
            until(what, () -> enough.test(lines(LogLine.Stream.STDOUT)));
        } catch (RuntimeException e) {
            throw new AssertionError(
                    what + " expected; the log:\n"
                            + String.join(
                                    "\n",
                                    apps.log(APP).after(0).stream()
                                            .map(LogLine::text)
                                            .toList()) + "\n" + triggers.states(APP),
                    e);
        }
    }

    static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    long counted(EventMeter.Outcome outcome) {
        LongAdder count = counted.get(outcome);
        return count == null ? 0 : count.sum();
    }

    @Override
    public void close() {
        triggers.close();
        apps.close();
        brokers.close();
        executor.close();
        engine.close();
        store.close();
    }
}
