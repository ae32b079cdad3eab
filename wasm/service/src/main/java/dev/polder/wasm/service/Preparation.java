package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.capability.AllowedHosts;
import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.Outbound;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.Template;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.sockets.NameResolver;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes everything that a version needs to serve, before it does: compiled guests behind their routes. */
final class Preparation {

    private final WasmEngine engine;
    private final GuestExecutor executor;
    private final FileTrees files;
    private final BlobStore blobs;
    private final WasmApps.Settings configured;
    private final Function<WorkloadRef, AppStorage> storage;

    Preparation(
            WasmEngine engine,
            GuestExecutor executor,
            FileTrees files,
            BlobStore blobs,
            WasmApps.Settings configured,
            Function<WorkloadRef, AppStorage> storage) {
        this.engine = engine;
        this.executor = executor;
        this.files = files;
        this.blobs = blobs;
        this.configured = configured;
        this.storage = storage;
    }

    /**
     * What one version is made of.
     *
     * @param trees digests of the mounted files by component id; a component without files is not in it
     */
    record Parts(AppManifest manifest, List<BuiltApp.Component> components, Map<String, Digest> trees) {
        SpinManifest spin() {
            return manifest.spin();
        }

        /** What a wasm file of a wasmCloud workload is given; null for one of {@code spin.toml}. */
        AppManifest.@Nullable Given given(BuiltApp.Component built) {
            return manifest.wasmcloud().get(built.id());
        }
    }

    /**
     * What an app is made of that was built or pulled.
     *
     * @throws Problem INVALID with every mistake, or naming config that is not there
     */
    Parts parts(BuiltApp built, Map<String, Digest> trees) {
        return WasmcloudWorkload.isText(built.manifest())
                ? parts(built.manifest(), built.components(), trees)
                : new Parts(AppManifest.of(built.spin()), built.components(), trees);
    }

    /**
     * What an app is made of that was kept.
     *
     * @param manifest the text of {@code spin.toml}, or of {@link WasmcloudWorkload#text}
     * @throws Problem INVALID with every mistake, or naming config that is not there
     */
    Parts parts(String manifest, List<BuiltApp.Component> components, Map<String, Digest> trees) {
        return new Parts(
                AppManifest.parse(manifest, configured.config(), id -> shape(id, components)), components, trees);
    }

    private static WorkloadLinks.Shape shape(String id, List<BuiltApp.Component> components) {
        return components.stream()
                .filter(built -> built.id().equals(id))
                .filter(built -> WasmHeader.isComponent("component " + id, built.wasm()))
                .findFirst()
                .map(built -> new WorkloadLinks.Shape(
                        Component.importedInterfaces(built.wasm()), Component.exportNames(built.wasm())))
                .orElse(WorkloadLinks.Shape.NOTHING);
    }

    /**
     * Resolves the variables, unpacks the files, compiles and tries every component.
     *
     * @param isNew whether a provider of variables that does not answer is a reason not to serve; what served before a
     *     restart serves on without it
     * @throws Problem that names the workload, and the component where it is one's
     */
    ServingVersion prepare(
            WorkloadRef workload,
            Parts parts,
            AppLimits limits,
            Observation observed,
            CompileListener listener,
            boolean isNew) {
        SpinManifest spin = parts.spin();
        Variables variables = variables(workload, spin, isNew, observed.log());
        OutgoingHttp http = configured.outgoing().apply(workload);
        MessageBroker broker = broker(workload, spin, variables);
        Map<String, Set<String>> eventKinds = new LinkedHashMap<>();
        spin.otherTriggers()
                .forEach(trigger -> eventKinds
                        .computeIfAbsent(trigger.component(), _ -> new LinkedHashSet<>())
                        .add(trigger.kind()));
        Set<String> byHttp = behind(spin, SpinTrigger.Components.class);
        Set<String> byWagi = behind(spin, SpinTrigger.Wagi.class);
        Guests guests =
                new Guests(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        for (BuiltApp.Component component : parts.components()) {
            if (!Dependencies.isOwn(component)) {
                continue;
            }
            Settings how = new Settings(limits, observed, listener, broker);
            Set<String> kinds = eventKinds.getOrDefault(component.id(), Set.of());
            boolean isComponent = WasmHeader.isComponent(name(workload, component), component.wasm());
            boolean elsewhere = !kinds.isEmpty()
                    || byWagi.contains(component.id())
                    || parts.manifest().links().isCalled(component.id());
            if (isComponent && component.id().equals(WasmcloudWorkload.SERVICE) && parts.given(component) != null) {
                guests.services().put(component.id(), service(workload, component, parts, variables, http, how));
            } else if (isComponent && (byHttp.contains(component.id()) || !elsewhere)) {
                guests.http().put(component.id(), guest(workload, component, parts, variables, http, how));
            }
            if (byWagi.contains(component.id()) || (!isComponent && kinds.isEmpty())) {
                guests.wagi().put(component.id(), program(workload, component, parts, variables, http, how));
            }
            if (!kinds.isEmpty()) {
                guests.events()
                        .put(component.id(), eventGuest(workload, component, kinds, parts, variables, http, how));
            }
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
        Map<String, ServingVersion.Event> events = new LinkedHashMap<>();
        for (SpinTrigger.Event trigger : spin.otherTriggers()) {
            events.put(trigger.id(), event(workload, trigger, variables, guests.events()));
        }
        return new ServingVersion(
                BuiltApp.digest(parts.components(), parts.trees()),
                new RouteTable<>(routes),
                chained,
                Collections.unmodifiableMap(events),
                guests.services().get(WasmcloudWorkload.SERVICE),
                limits,
                Inventories.of(spin, inventory(parts, guests), variables));
    }

    private static Set<String> behind(SpinManifest spin, Class<? extends SpinTrigger.Executor> executor) {
        return spin.triggers().stream()
                .map(SpinTrigger.Http::answer)
                .filter(SpinTrigger.Run.class::isInstance)
                .map(SpinTrigger.Run.class::cast)
                .filter(run -> executor.isInstance(run.executor()))
                .map(SpinTrigger.Run::component)
                .collect(Collectors.toSet());
    }

    private List<AppInventory.Part> inventory(Parts parts, Guests guests) {
        List<AppInventory.Part> list = new ArrayList<>();
        for (BuiltApp.Component built : parts.components()) {
            SpinManifest.Component component = parts.spin().components().get(built.id());
            if (component == null) {
                continue;
            }
            if (parts.manifest().links().isLinked(built.id())) {
                Component alone = Component.compile(engine, built.wasm(), built.digest(), CompileListener.NONE);
                list.add(Inventories.component(component, built, alone));
                alone.close();
                continue;
            }
            Component compiled = guests.component(built.id());
            if (compiled != null) {
                list.add(Inventories.component(component, built, compiled));
                continue;
            }
            CompiledModule module = engine.compile(built.wasm(), built.digest());
            list.add(Inventories.module(component, built, module));
            module.release();
        }
        return list;
    }

    private MessageBroker broker(WorkloadRef workload, SpinManifest spin, Variables variables) {
        return spin.broker() == null
                ? MessageBroker.NONE
                : configured.brokers().apply(workload, variables.render(Template.parse(spin.broker())));
    }

    private static ServingVersion.Event event(
            WorkloadRef workload, SpinTrigger.Event trigger, Variables variables, Map<String, EventGuest> guests) {
        EventGuest guest = guests.get(trigger.component());
        if (guest == null) {
            throw Problem.invalid("workload " + workload + ": the trigger \"" + trigger.id()
                    + "\" leads to the component \"" + trigger.component()
                    + "\", which was not built (expected one of: "
                    + String.join(", ", guests.keySet()) + ")");
        }
        return new ServingVersion.Event(trigger.resolved(text -> variables.render(Template.parse(text))), guest);
    }

    private Variables variables(WorkloadRef workload, SpinManifest spin, boolean isNew, LogRing log) {
        try {
            Variables variables = Variables.resolve(
                    spin.variables(),
                    configured.variables().apply(workload),
                    failure -> log.add(LogLine.Stream.STDERR, failure));
            if (isNew) {
                variables.check();
            }
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
    private record Settings(AppLimits limits, Observation observed, CompileListener listener, MessageBroker broker) {}

    /** The compiled guests by component: one that several kinds of triggers lead to is in several of these. */
    private record Guests(
            Map<String, ComponentGuest> http,
            Map<String, Program> wagi,
            Map<String, EventGuest> events,
            Map<String, ServiceGuest> services) {

        Set<String> names() {
            Set<String> names = new LinkedHashSet<>(http.keySet());
            names.addAll(wagi.keySet());
            return names;
        }

        /** What a component was compiled to; null for a core module. */
        @Nullable
        Component component(String id) {
            ComponentGuest guest = http.get(id);
            EventGuest eventGuest = events.get(id);
            ServiceGuest service = services.get(id);
            Program program = wagi.get(id);
            return guest != null
                    ? guest.component()
                    : eventGuest != null
                            ? eventGuest.component()
                            : service != null
                                    ? service.component()
                                    : program != null
                                                    && program.guest().program() instanceof WagiProgram.Command command
                                            ? command.component()
                                            : null;
        }
    }

    /** A guest of the WAGI executor, and its variables. */
    private record Program(WagiGuest guest, Map<String, String> environment, Map<String, Supplier<String>> live) {}

    private static String name(WorkloadRef workload, BuiltApp.Component built) {
        return "workload " + workload + " (component " + built.id() + ")";
    }

    private static SpinManifest.Component declared(WorkloadRef workload, BuiltApp.Component built, Parts parts) {
        SpinManifest.Component component = parts.spin().components().get(built.id());
        if (component == null) {
            throw Problem.invalid(name(workload, built) + ": built, but not in the manifest (expected one of: "
                    + String.join(", ", parts.spin().components().keySet()) + ")");
        }
        return component;
    }

    private ComponentGuest guest(
            WorkloadRef workload,
            BuiltApp.Component built,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        SpinManifest.Component component = declared(workload, built, parts);
        ComponentGrants grants = grants(workload, built, component, parts, variables, http, settings);
        return onGuestThread(() -> ComponentGuest.prepare(
                () -> compiled(built, component, parts, settings),
                again(built, component, parts),
                grants,
                failures(workload, built, parts, settings)));
    }

    private ServiceGuest service(
            WorkloadRef workload,
            BuiltApp.Component built,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        SpinManifest.Component component = declared(workload, built, parts);
        ComponentGrants grants = grants(workload, built, component, parts, variables, http, settings);
        return onGuestThread(() -> ServiceGuest.prepare(
                () -> compiled(built, component, parts, settings),
                grants,
                failures(workload, built, parts, settings),
                parts.manifest().restarts()));
    }

    private Program program(
            WorkloadRef workload,
            BuiltApp.Component built,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        SpinManifest.Component component = declared(workload, built, parts);
        GuestFailures failures = failures(workload, built, parts, settings);
        Supplier<WagiProgram> compile;
        if (WasmHeader.isComponent(failures.name(), built.wasm())) {
            ComponentGrants grants = grants(workload, built, component, parts, variables, http, settings);
            compile = () -> WagiProgram.Command.compile(
                    () -> compiled(built, component, parts, settings),
                    again(built, component, parts),
                    grants,
                    failures);
        } else if (parts.given(built) != null) {
            throw Problem.guest(
                    Problem.Code.UNSUPPORTED, failures.name() + ": a core module (expected: a component)", null);
        } else {
            tellUnused(component, settings.observed().log());
            compile = () -> WagiProgram.Module.compile(
                    engine,
                    built,
                    wasm(built),
                    preopens(built, parts),
                    failures.limits().handles(),
                    settings.listener());
        }
        return onGuestThread(() -> new Program(
                WagiGuest.prepare(compile, failures),
                GuestEnvironment.of(component, parts.spin(), variables),
                GuestEnvironment.live(component, variables)));
    }

    /** Compiles a component, and composes into it what its manifest names as dependencies. */
    private Component compiled(
            BuiltApp.Component built, SpinManifest.Component component, Parts parts, Settings settings) {
        AppManifest.Given given = parts.given(built);
        if (given == null) {
            return Dependencies.compile(
                    engine, built, component.dependencies(), parts.components(), settings.listener());
        }
        Component made = parts.manifest().links().compile(engine, built, parts.components(), settings.listener());
        WasmcloudImports.check(made, given);
        return made;
    }

    /** The same from the stored files; the first is the component's, the others are those of what it calls. */
    private Supplier<Component> again(BuiltApp.Component built, SpinManifest.Component component, Parts parts) {
        WorkloadLinks links = parts.manifest().links();
        Map<String, SpinDependency> declared = component.dependencies();
        boolean isWasmcloud = parts.given(built) != null;
        Map<String, Digest> kept = isWasmcloud
                ? links.files(built.id(), parts.components())
                : Dependencies.files(built.id(), parts.components());
        return () -> {
            List<BuiltApp.Component> stored = new ArrayList<>();
            kept.forEach((id, digest) -> stored.add(new BuiltApp.Component(id, blobs.read(digest), digest)));
            return isWasmcloud
                    ? links.recompile(engine, stored.getFirst(), stored)
                    : Dependencies.recompile(engine, stored.getFirst(), declared, stored);
        };
    }

    private EventGuest eventGuest(
            WorkloadRef workload,
            BuiltApp.Component built,
            Set<String> kinds,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        GuestFailures failures = failures(workload, built, parts, settings);
        if (!WasmHeader.isComponent(failures.name(), built.wasm())) {
            throw Problem.guest(
                    Problem.Code.UNSUPPORTED,
                    failures.name() + ": a core module behind a " + String.join(" and a ", kinds)
                            + " trigger, which is for components (expected: a component)",
                    null);
        }
        SpinManifest.Component component =
                Objects.requireNonNull(parts.spin().components().get(built.id()), "a trigger names it");
        ComponentGrants grants = grants(workload, built, component, parts, variables, http, settings);
        return onGuestThread(() -> EventGuest.prepare(
                () -> compiled(built, component, parts, settings),
                again(built, component, parts),
                kinds,
                grants,
                failures));
    }

    /** Reads the component again. */
    private Supplier<byte[]> wasm(BuiltApp.Component built) {
        Digest digest = built.digest();
        return () -> blobs.read(digest);
    }

    private GuestFailures failures(WorkloadRef workload, BuiltApp.Component built, Parts parts, Settings settings) {
        AppManifest.Given given = parts.given(built);
        AppLimits limits = given == null ? settings.limits() : limits(given, built, parts, settings.limits());
        return new GuestFailures(
                name(workload, built), built.id(), limits, settings.observed(), new FrameLines(wasm(built)));
    }

    /** Those of the component, with memories as large as one that it calls may have. */
    private static AppLimits limits(
            AppManifest.Given given, BuiltApp.Component built, Parts parts, AppLimits operators) {
        AppLimits own = given.limits(operators);
        long largest = parts.manifest().links().below(built.id()).stream()
                .map(id -> Objects.requireNonNull(parts.manifest().wasmcloud().get(id), "it is one of the workload"))
                .mapToLong(called -> called.limits(operators).memoryBytes())
                .reduce(own.memoryBytes(), Math::max);
        return own.withMemoryBytes(largest);
    }

    private List<Preopen> preopens(BuiltApp.Component built, Parts parts) {
        Digest tree = parts.trees().get(built.id());
        return tree == null ? List.of() : List.of(Preopen.readOnly("/", files.folder(tree)));
    }

    private ComponentGrants grants(
            WorkloadRef workload,
            BuiltApp.Component built,
            SpinManifest.Component component,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        List<String> below = parts.manifest().links().below(built.id());
        Map<String, ComponentGrants> called = new LinkedHashMap<>();
        for (BuiltApp.Component other : parts.components()) {
            if (below.contains(other.id())) {
                SpinManifest.Component its = declared(workload, other, parts);
                called.put(
                        WorkloadLinks.part(other.id()),
                        ownGrants(workload, other, its, parts, variables, http, settings));
            }
        }
        return ownGrants(workload, built, component, parts, variables, http, settings)
                .withCalled(called);
    }

    private ComponentGrants ownGrants(
            WorkloadRef workload,
            BuiltApp.Component built,
            SpinManifest.Component component,
            Parts parts,
            Variables variables,
            OutgoingHttp http,
            Settings settings) {
        AppManifest.Given given = parts.given(built);
        NetworkRules networks = configured.outbound().apply(workload).networks();
        List<String> hosts = new ArrayList<>(component.allowedOutboundHosts());
        if (given != null) {
            hosts.addAll(
                    openedPorts(component, given, networks, settings.observed().log()));
        }
        OutboundPolicy outbound = AllowedHosts.of(
                        hosts, variables, parts.spin().components().keySet())
                .under(networks);
        if (given != null) {
            AppStorage kept = storage.apply(workload);
            return new ComponentGrants(
                    given.environment(),
                    given.mounts().stream()
                            .map(mount -> new Preopen(mount.path(), kept.volume(mount.volume()), !mount.readOnly()))
                            .toList(),
                    outbound,
                    http,
                    WasmcloudSockets.of(workload, given.allowedNames()),
                    capabilities(workload, component, outbound, known(given.config()), settings),
                    named(workload, component, outbound, given, settings),
                    Map.of());
        }
        return new ComponentGrants(
                GuestEnvironment.of(component, parts.spin(), variables),
                preopens(built, parts),
                outbound,
                http,
                UnaryOperator.identity(),
                capabilities(workload, component, outbound, variables.renderAll(component.variables()), settings));
    }

    /** Ports of the machine's own 127.0.0.1: of two who have to open them, as on wasmCloud, the operator is one. */
    private static List<String> openedPorts(
            SpinManifest.Component component, AppManifest.Given given, NetworkRules networks, LogRing log) {
        if (given.hostPorts().isEmpty() || networks.opens(InetAddress.getLoopbackAddress())) {
            return given.hostPorts();
        }
        log.add(
                LogLine.Stream.BUILD,
                component.id(),
                "localResources.allowedHostLoopbackPorts: without effect (expected: \"loopback\" in"
                        + " wasm.outbound.networks of polder.yaml, for all or for this workload)");
        return List.of();
    }

    /** The same stores and connections, but for those of named entries. */
    private Map<String, Capabilities> named(
            WorkloadRef workload,
            SpinManifest.Component component,
            OutboundPolicy outbound,
            AppManifest.Given given,
            Settings settings) {
        Map<String, Capabilities> named = new LinkedHashMap<>();
        given.named().forEach((entry, declared) -> {
            Map<String, String> values = declared.getOrDefault("wasi:config", given.config());
            Capabilities own = capabilities(workload, component, outbound, known(values), settings);
            if (declared.containsKey("wasi:keyvalue")) {
                own = own.withStoresOf(entry);
            }
            Map<String, String> blobs = declared.get("wasi:blobstore");
            if (blobs != null) {
                own = own.withContainersOf(entry, Set.copyOf(WasmcloudWorkload.buckets(blobs)));
            }
            for (String messaging : WasmcloudWorkload.MESSAGING) {
                Map<String, String> broker = declared.get(messaging);
                if (broker != null) {
                    own = own.withMessages(
                            configured.brokers().apply(workload, broker.getOrDefault(WasmcloudWorkload.ADDRESS, "")));
                }
            }
            named.put(entry, own);
        });
        return named;
    }

    private static Map<String, Supplier<String>> known(Map<String, String> values) {
        Map<String, Supplier<String>> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> texts.put(name, () -> value));
        return texts;
    }

    private Capabilities capabilities(
            WorkloadRef workload,
            SpinManifest.Component component,
            OutboundPolicy outbound,
            Map<String, Supplier<String>> values,
            Settings settings) {
        AppStorage kept = storage.apply(workload);
        return new Capabilities(
                kept.stores(),
                Set.copyOf(component.keyValueStores()),
                kept.databases(),
                Set.copyOf(component.sqliteDatabases()),
                kept.blobs(),
                Set.copyOf(component.blobContainers()),
                values,
                new Outbound(
                        outbound,
                        NameResolver.SYSTEM,
                        OutboundLimits.DEFAULT.withConnections(settings.limits().connections()),
                        configured.outbound().apply(workload).authorities()),
                (level, context, message) -> {
                    String line = level + (context.isEmpty() ? "" : " " + context) + ": " + message;
                    if (!settings.observed()
                            .line(
                                    LogLine.Stream.STDERR,
                                    component.id(),
                                    line,
                                    settings.limits().logBytesPerSecond())) {
                        settings.observed().dropped(1);
                    }
                },
                settings.broker());
    }

    /** A core module has no way to ask for what only components import. */
    private static void tellUnused(SpinManifest.Component component, LogRing log) {
        Map<String, List<String>> granted = new LinkedHashMap<>();
        granted.put("allowed_outbound_hosts", component.allowedOutboundHosts());
        granted.put("key_value_stores", component.keyValueStores());
        granted.put("sqlite_databases", component.sqliteDatabases());
        granted.put("tool.polder.blob_containers", component.blobContainers());
        granted.put("dependencies", List.copyOf(component.dependencies().keySet()));
        granted.forEach((key, values) -> {
            if (!values.isEmpty()) {
                log.add(
                        LogLine.Stream.BUILD,
                        component.id(),
                        component.where().field("component." + component.id() + "." + key)
                                + ": without effect, since the source is a core module (expected: a component)");
            }
        });
    }

    private static ServingVersion.Target run(
            WorkloadRef workload, RoutePattern pattern, SpinTrigger.Run run, Guests guests) {
        ComponentGuest guest = guests.http().get(run.component());
        Program program = guests.wagi().get(run.component());
        if (run.executor() instanceof SpinTrigger.Wagi(String argv) && program != null) {
            return new ServingVersion.Wagi(
                    run.component(),
                    program.guest(),
                    new CgiEnvironment(pattern, program.environment(), program.live()),
                    new CgiArguments(argv));
        }
        if (run.executor() instanceof SpinTrigger.Components && guest != null) {
            return new ServingVersion.Http(run.component(), guest, pattern);
        }
        if (guests.services().containsKey(run.component())) {
            throw Problem.invalid("workload " + workload + " (component " + run.component()
                    + "): the service answers no requests (expected: a component)");
        }
        if (program != null) {
            throw Problem.guest(
                    Problem.Code.UNSUPPORTED,
                    "workload " + workload + " (component " + run.component()
                            + "): a core module behind the executor http, which is for components (expected: executor ="
                            + " { type = \"wagi\" }, or a component, such as Rust's target wasm32-wasip2 makes)",
                    null);
        }
        throw Problem.invalid("workload " + workload + ": the route " + pattern + " leads to the component \""
                + run.component() + "\", which was not built (expected one of: "
                + String.join(", ", guests.names()) + ")");
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
