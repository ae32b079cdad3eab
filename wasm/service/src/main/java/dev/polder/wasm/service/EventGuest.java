package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.WasiMessaging;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.component.ComponentInterface;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Variant;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.GuestExit;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.WasiP2Limits;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One compiled component that handles events, an instance for each. For any thread.
 *
 * <p>Source of the exports: Spin's {@code inbound-redis}, the WIT files of Spin's cron and MQTT trigger plugins,
 * {@code wasmcloud:messaging@0.2.0} and {@code wasi:messaging@0.2.0-draft}.
 */
final class EventGuest {

    /** How a component is entered: an exported interface ({@code ""}: none), its function, and the kind of trigger. */
    private enum Entry {
        REDIS("redis", "fermyon:spin/inbound-redis", "handle-message"),
        REDIS_2("redis", "fermyon:spin/inbound-redis@2.0.0", "handle-message"),
        CRON("cron", "", "handle-cron-event"),
        MQTT("mqtt", "", "handle-message"),
        WASMCLOUD("messaging", "wasmcloud:messaging/handler@0.2.0", "handle-message"),
        WASI("messaging", "wasi:messaging/incoming-handler@0.2.0-draft", "handle");

        private final String kind;
        private final String exported;
        private final String function;

        Entry(String kind, String exported, String function) {
            this.kind = kind;
            this.exported = exported;
            this.function = function;
        }

        private boolean isIn(List<ComponentInterface> exports) {
            return exports.stream()
                    .anyMatch(export ->
                            export.name().equals(exported) && export.functions().containsKey(function));
        }

        @Override
        public String toString() {
            return exported.isEmpty() ? function : exported + "#" + function;
        }
    }

    /** What a guest exports that handles messages by WASI. */
    @Wit("wasi:messaging/incoming-handler@0.2.0-draft")
    interface IncomingHandler {
        @Wit("handle")
        Result<@Nullable Void, WasiMessaging.Failure> handle(WasiMessaging.Message message);
    }

    private final GuestFailures failures;
    private final Reloadable<LinkedComponent> linked;
    private final Map<String, Entry> entries;
    private final ComponentGrants grants;
    private final InstanceLimits limits;
    private final WasiP2Limits wasiLimits;

    private EventGuest(
            GuestFailures failures,
            Reloadable<LinkedComponent> linked,
            Map<String, Entry> entries,
            ComponentGrants grants) {
        this.failures = failures;
        this.linked = linked;
        this.entries = entries;
        this.grants = grants;
        this.limits = failures.instanceLimits();
        this.wasiLimits = failures.wasiLimits();
    }

    /**
     * Compiles and links a component and makes one instance of it to see that it fits its limits. Runs on a guest thread.
     *
     * @param compile compiles the component, and what is composed into it
     * @param again the same, from where its files are kept
     * @param kinds of the triggers that wake it
     * @throws Problem the component's faults, with its name in front; UNSUPPORTED when it has no handler for a kind
     */
    static EventGuest prepare(
            Supplier<Component> compile,
            Supplier<Component> again,
            Collection<String> kinds,
            ComponentGrants grants,
            GuestFailures failures) {
        try {
            LinkedComponent linked = compile.get().link(ComponentGuest.INTERFACES);
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (String kind : kinds) {
                entries.put(kind, entry(linked, kind));
            }
            Reloadable<LinkedComponent> kept = Reloadable.of(linked, again);
            EventGuest guest = new EventGuest(failures, kept, entries, grants);
            guest.tryOut();
            return guest;
        } catch (WasmTrap trap) {
            throw Problem.guest(
                    Problem.Code.INVALID, failures.name() + ": its start function: " + trap.getMessage(), trap);
        } catch (Problem problem) {
            throw failures.named(problem, problem.code());
        }
    }

    /** What is kept only while events or requests come. */
    Reloadable<?> code() {
        return linked;
    }

    /** What it was compiled from. */
    Component component() {
        return linked.get().component();
    }

    ComponentGrants grants() {
        return grants;
    }

    private static Entry entry(LinkedComponent linked, String kind) {
        List<ComponentInterface> exports = linked.component().exports();
        List<Entry> known = List.of(Entry.values()).stream()
                .filter(entry -> entry.kind.equals(kind))
                .toList();
        return known.stream()
                .filter(entry -> entry.isIn(exports))
                .findFirst()
                .orElseThrow(() -> Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        "behind a " + kind + " trigger, and it exports no handler for one (expected: "
                                + String.join(
                                        " or ",
                                        known.stream().map(Entry::toString).toList())
                                + "; it exports: " + GuestFailures.exports(linked) + ")",
                        null));
    }

    private void tryOut() {
        try (InstanceHost host = new InstanceHost(
                        grants.forTrial(),
                        WasiP2Config.of(WasiConfig.builder("app").build()),
                        List.of());
                ComponentInstance instance = linked.get().instantiate(limits, host)) {
            if (entries.containsValue(Entry.WASI)) {
                var _ = instance.bind(IncomingHandler.class);
            }
        }
    }

    /**
     * Handles one event on the calling thread, which is a guest thread; returns when the guest is done with it.
     *
     * @param http sends the guest's own requests
     * @throws Problem DEADLINE when the guest took too long, BAD_UPSTREAM when it answered an error or failed otherwise
     */
    void run(String kind, AppEvent event, AppCall call, OutgoingHttp http) {
        Entry entry = entries.get(kind);
        if (entry == null) {
            throw Problem.internal(failures.name() + ": no handler for " + kind, null);
        }
        String what = kind + " " + TomlCursor.shortened(event.message().subject());
        Refusals refused = new Refusals();
        GuestOutput.Lines output = failures.output(LogLine.Stream.STDOUT);
        GuestOutput.Lines errors = failures.output(LogLine.Stream.STDERR);
        WasiConfig base = WasiConfig.builder("app")
                .stdout(new OutputSink("standard output", output, Long.MAX_VALUE))
                .stderr(new OutputSink("standard error", errors, Long.MAX_VALUE))
                .build();
        WasiP2Config common =
                WasiP2Config.of(base).withHttp(http).withLimits(wasiLimits).withRefusals(refused);
        try (InstanceHost host = new InstanceHost(grants, common, List.of());
                ComponentInstance instance = linked.get().instantiate(limits.withRefusals(refused), host)) {
            failures.observed().made();
            try {
                call.runs(instance.store());
                refuse(enter(instance, entry, event));
            } finally {
                call.ended();
                failures.observed().closed();
            }
        } catch (WasmTrap trap) {
            throw failures.trapped(trap, what, errors, refused);
        } catch (GuestExit exit) {
            throw failures.of(refused.in(GuestFailures.exited(exit.code(), errors)), what, errors);
        } catch (Problem problem) {
            throw refused.in(failures.of(problem, what, errors));
        } finally {
            output.finish();
            errors.finish();
            refused.count(failures.observed());
        }
    }

    private static @Nullable Object enter(ComponentInstance instance, Entry entry, AppEvent event) {
        MessageBroker.Message message = event.message();
        return switch (entry) {
            case REDIS, REDIS_2 -> instance.call(entry.exported, entry.function, message.body());
            case CRON ->
                instance.call(
                        entry.exported,
                        entry.function,
                        Map.of("timestamp", event.at().getEpochSecond()));
            case MQTT ->
                instance.call(entry.exported, entry.function, message.body(), Map.of("topic", message.subject()));
            case WASMCLOUD -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("subject", message.subject());
                fields.put("body", message.body());
                fields.put("reply-to", message.replyTo());
                yield instance.call(entry.exported, entry.function, fields);
            }
            case WASI -> instance.bind(IncomingHandler.class).handle(new WasiMessaging.Message(message));
        };
    }

    /** An error is an error, but the one of the first Redis interface that is called success. */
    private static void refuse(@Nullable Object result) {
        if (result instanceof Result.Err<?, ?>(Object error) && !"success".equals(error)) {
            throw Problem.guest(Problem.Code.BAD_UPSTREAM, "it answered the event with an error: " + text(error), null);
        }
    }

    private static String text(@Nullable Object error) {
        return switch (error) {
            case null -> "no reason";
            case Variant(String name, Object value) -> value == null ? name : name + ": " + value;
            case Object other -> other.toString();
        };
    }
}
