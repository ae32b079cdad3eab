package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.capability.AllowedHosts;
import dev.polder.wasm.capability.BlockedNetworks;
import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.capability.Outbound;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes everything that a version needs to serve, before it does: compiled guests behind their routes. */
final class Preparation {

    private final WasmEngine engine;
    private final GuestExecutor executor;
    private final FileTrees files;
    private final BlobStore blobs;
    private final Function<WorkloadRef, List<VariableProvider>> providers;
    private final BiFunction<WorkloadRef, List<OutboundPolicy>, OutgoingHttp> outgoing;
    private final Function<WorkloadRef, AppStorage> storage;

    Preparation(
            WasmEngine engine,
            GuestExecutor executor,
            FileTrees files,
            BlobStore blobs,
            Function<WorkloadRef, List<VariableProvider>> providers,
            BiFunction<WorkloadRef, List<OutboundPolicy>, OutgoingHttp> outgoing,
            Function<WorkloadRef, AppStorage> storage) {
        this.engine = engine;
        this.executor = executor;
        this.files = files;
        this.blobs = blobs;
        this.providers = providers;
        this.outgoing = outgoing;
        this.storage = storage;
    }

    /**
     * What one version is made of.
     *
     * @param trees digests of the mounted files by component id; a component without files is not in it
     */
    record Parts(SpinManifest spin, List<BuiltApp.Component> components, Map<String, Digest> trees) {}

    /**
     * Resolves the variables, unpacks the files, compiles and tries every component.
     *
     * @throws Problem that names the workload, and the component where it is one's
     */
    ServingVersion prepare(
            WorkloadRef workload, Parts parts, AppLimits limits, Observation observed, CompileListener listener) {
        SpinManifest spin = parts.spin();
        if (spin.triggers().isEmpty()) {
            throw Problem.guest(
                    Problem.Code.UNSUPPORTED,
                    "workload " + workload + ": no HTTP trigger (expected: at least one; the other triggers run once"
                            + " components do)",
                    null);
        }
        Variables variables = variables(workload, spin);
        Map<String, OutboundPolicy> outbound = new LinkedHashMap<>();
        spin.components().forEach((id, component) -> outbound.put(id, ComponentGrants.outbound(component, variables)));
        OutgoingHttp http = outgoing.apply(workload, List.copyOf(outbound.values()));
        Map<String, Guest> guests = new LinkedHashMap<>();
        for (BuiltApp.Component component : parts.components()) {
            if (!Dependencies.isOwn(component)) {
                continue;
            }
            guests.put(
                    component.id(),
                    guest(workload, component, parts, variables, http, new Settings(limits, observed, listener)));
        }
        List<RouteTable.Entry<ServingVersion.Target>> routes = new ArrayList<>();
        Map<String, ServingVersion.Target> chained = new LinkedHashMap<>();
        for (SpinTrigger.Http trigger : spin.triggers()) {
            RoutePattern pattern = RoutePattern.of(trigger.route() == null ? "/" : trigger.route());
            ServingVersion.Target target = switch (trigger.answer()) {
                case SpinTrigger.Static answer -> new ServingVersion.Static(response(answer));
                case SpinTrigger.Run run -> run(workload, pattern, run, guests);
            };
            if (trigger.answer() instanceof SpinTrigger.Run run) {
                chained.putIfAbsent(run.component(), run(workload, RoutePattern.ALL, run, guests));
            }
            if (trigger.route() != null) {
                routes.add(new RouteTable.Entry<>(pattern, target));
            }
        }
        return new ServingVersion(
                BuiltApp.digest(parts.components(), parts.trees()), new RouteTable<>(routes), chained, limits);
    }

    private Variables variables(WorkloadRef workload, SpinManifest spin) {
        try {
            Variables variables = Variables.resolve(spin.variables(), providers.apply(workload));
            for (SpinManifest.Component component : spin.components().values()) {
                var _ = AllowedHosts.of(
                        component.allowedOutboundHosts(),
                        variables,
                        spin.components().keySet());
            }
            return variables;
        } catch (Problem e) {
            throw e.reworded(e.code(), "workload " + workload + ": " + e.detail());
        }
    }

    /** How a version is made, besides what it is made of. */
    private record Settings(AppLimits limits, Observation observed, CompileListener listener) {}

    /** A compiled guest of either kind. */
    private sealed interface Guest {}

    private record ModuleGuest(WagiGuest guest, Map<String, String> environment) implements Guest {}

    private record HttpGuest(ComponentGuest guest) implements Guest {}

    private Guest guest(
            WorkloadRef workload,
            BuiltApp.Component built,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        String name = "workload " + workload + " (component " + built.id() + ")";
        boolean isComponent = WasmHeader.isComponent(name, built.wasm());
        Digest digest = built.digest();
        Supplier<byte[]> wasm = () -> blobs.read(digest);
        GuestFailures failures =
                new GuestFailures(name, built.id(), settings.limits(), settings.observed(), new FrameLines(wasm));
        SpinManifest.Component component = parts.spin().components().get(built.id());
        if (component == null) {
            throw Problem.invalid(name + ": built, but not in the manifest (expected one of: "
                    + String.join(", ", parts.spin().components().keySet()) + ")");
        }
        Digest tree = parts.trees().get(built.id());
        List<Preopen> preopens = tree == null ? List.of() : List.of(Preopen.readOnly("/", files.folder(tree)));
        Map<String, String> environment = GuestEnvironment.of(component, parts.spin(), variables);
        if (!isComponent) {
            tellUnused(component, settings.observed().log());
            return onGuestThread(() -> new ModuleGuest(
                    WagiGuest.prepare(engine, built, wasm, preopens, failures, settings.listener()), environment));
        }
        AllowedHosts hosts = AllowedHosts.of(
                component.allowedOutboundHosts(),
                variables,
                parts.spin().components().keySet());
        ComponentGrants grants = new ComponentGrants(
                environment,
                preopens,
                ComponentGrants.outbound(component, variables),
                hosts,
                http,
                capabilities(workload, component, hosts, variables, settings));
        Map<String, SpinDependency> declared = component.dependencies();
        Map<String, Digest> kept = Dependencies.files(built.id(), parts.components());
        return onGuestThread(() -> new HttpGuest(ComponentGuest.prepare(
                () -> Dependencies.compile(engine, built, declared, parts.components(), settings.listener()),
                () -> recompiled(kept, declared),
                grants,
                failures)));
    }

    /** From the stored files; the first is the component's, the others are those of its dependencies. */
    private Component recompiled(Map<String, Digest> kept, Map<String, SpinDependency> declared) {
        List<BuiltApp.Component> files = new ArrayList<>();
        kept.forEach((id, digest) -> files.add(new BuiltApp.Component(id, blobs.read(digest), digest)));
        return Dependencies.compile(engine, files.getFirst(), declared, files, CompileListener.NONE);
    }

    private Capabilities capabilities(
            WorkloadRef workload,
            SpinManifest.Component component,
            AllowedHosts hosts,
            Variables variables,
            Settings settings) {
        AppStorage kept = storage.apply(workload);
        return new Capabilities(
                kept.stores(),
                Set.copyOf(component.keyValueStores()),
                kept.databases(),
                Set.copyOf(component.sqliteDatabases()),
                variables.renderAll(component.variables()),
                new Outbound(
                        hosts,
                        BlockedNetworks.DEFAULT,
                        OutboundLimits.DEFAULT.withConnections(settings.limits().connections()),
                        settings.observed()::passed),
                (level, context, message) -> {
                    String line = level + (context.isEmpty() ? "" : " " + context) + ": " + message;
                    if (!settings.observed()
                            .line(LogLine.Stream.STDERR, line, settings.limits().logBytesPerSecond())) {
                        settings.observed().dropped(1);
                    }
                });
    }

    /** A core module has no way to ask for what only components import. */
    private static void tellUnused(SpinManifest.Component component, LogRing log) {
        Map<String, List<String>> granted = new LinkedHashMap<>();
        granted.put("allowed_outbound_hosts", component.allowedOutboundHosts());
        granted.put("key_value_stores", component.keyValueStores());
        granted.put("sqlite_databases", component.sqliteDatabases());
        granted.put("dependencies", List.copyOf(component.dependencies().keySet()));
        granted.forEach((key, values) -> {
            if (!values.isEmpty()) {
                log.add(
                        LogLine.Stream.BUILD,
                        component.where().field("component." + component.id() + "." + key)
                                + ": without effect, since the source is a core module (expected: a component)");
            }
        });
    }

    private static ServingVersion.Target run(
            WorkloadRef workload, RoutePattern pattern, SpinTrigger.Run run, Map<String, Guest> guests) {
        String name = "workload " + workload + " (component " + run.component() + ")";
        return switch (guests.get(run.component())) {
            case null ->
                throw Problem.invalid("workload " + workload + ": the route " + pattern + " leads to the component \""
                        + run.component() + "\", which was not built (expected one of: "
                        + String.join(", ", guests.keySet()) + ")");
            case ModuleGuest module
            when run.executor() instanceof SpinTrigger.Wagi(String argv) ->
                new ServingVersion.Wagi(
                        run.component(),
                        module.guest(),
                        new CgiEnvironment(pattern, module.environment()),
                        new CgiArguments(argv));
            case ModuleGuest _ ->
                throw Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        name + ": a core module behind the executor http, which is for components (expected: executor ="
                                + " { type = \"wagi\" }, or a component)",
                        null);
            case HttpGuest _
            when run.executor() instanceof SpinTrigger.Wagi ->
                throw Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        name + ": a component behind the executor wagi, which is for core modules (expected: executor ="
                                + " { type = \"http\" }, or none)",
                        null);
            case HttpGuest component -> new ServingVersion.Http(run.component(), component.guest(), pattern);
        };
    }

    private static HttpResponseData response(SpinTrigger.Static answer) {
        return new HttpResponseData(
                answer.status(), answer.headers(), answer.body().getBytes(StandardCharsets.UTF_8));
    }

    /** A start function needs the stack of a guest thread; a full pool is reported as it is. */
    private <T> T onGuestThread(Callable<T> task) {
        try {
            return executor.submit(task).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw Problem.internal("a guest could not be prepared: " + e.getCause(), e);
        }
    }
}
