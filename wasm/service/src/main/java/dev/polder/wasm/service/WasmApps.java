package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.BlobStore;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.StoreLocation;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The apps of this process, by workload: deploy, serve, stop.
 *
 * <p>A deployment compiles and tries the new version first, stores it, and then makes it the serving one by a single
 * reference write: requests under way finish on the old version, none is dropped, and what fails changes nothing but the
 * history. {@link #handle} is for any thread, event loops included, and reads no store; the other methods block and are
 * for virtual threads. Every failure is a {@link Problem} that names the workload.
 *
 * <p>Stored: wasm files and manifests as blobs, one {@code WasmApp} resource ({@code polder.dev/v1alpha1}) per workload,
 * so that {@link #restore} serves again from the engine's compiled cache.
 */
public final class WasmApps implements AutoCloseable {

    /** How many versions the history of an app keeps. */
    public static final int MAX_VERSIONS = 50;

    /** How many versions of an app, each made of something else, are kept to be served again. */
    public static final int MAX_KEPT = 10;

    private static final Logger LOG = LoggerFactory.getLogger(WasmApps.class);
    private static final int LOG_LINES = 2000;
    private static final String DEFAULT = "default";

    /**
     * What may be chosen.
     *
     * @param limits of an app, asked when a version is prepared
     * @param idle without a request after which an app lets go of its compiled code; zero for never
     * @param runningPerApp guests of one app that compute at once; less than the threads of the executor, so that an app
     *     whose guests hang leaves threads to its neighbours
     * @param variables who has values of an app's variables, besides its manifest; asked when a version is prepared
     * @param outgoing who sends an app's requests, with its identity; asked when a version is prepared. What may be
     *     called is the version's and comes with each request
     * @param stores where the operator put stores by name; asked when an app first keeps something
     * @param brokers who sends an app's messages, by the address of its broker ({@code ""}: the one inside Polder); asked
     *     when a version of an app that has one is prepared
     * @param config who has the config maps and secrets that wasmCloud workloads name
     * @param outbound what the operator says of an app's ways out; asked when a version is prepared
     * @param guestMemory what the memories of all guests may take, of which one app has half
     */
    public record Settings(
            Function<WorkloadRef, AppLimits> limits,
            Duration idle,
            int runningPerApp,
            Function<WorkloadRef, List<VariableProvider>> variables,
            Function<WorkloadRef, OutgoingHttp> outgoing,
            Function<WorkloadRef, Map<String, StoreLocation>> stores,
            BiFunction<WorkloadRef, String, MessageBroker> brokers,
            ConfigSource config,
            Function<WorkloadRef, OutboundRules> outbound,
            HostMemory guestMemory) {

        /**
         * All stores are in the data folder, no app sends messages, there are no config maps, and the usual networks are
         * reached.
         */
        public Settings(
                Function<WorkloadRef, AppLimits> limits,
                Duration idle,
                int runningPerApp,
                Function<WorkloadRef, List<VariableProvider>> variables,
                Function<WorkloadRef, OutgoingHttp> outgoing) {
            this(
                    limits,
                    idle,
                    runningPerApp,
                    variables,
                    outgoing,
                    _ -> Map.of(),
                    (_, _) -> MessageBroker.NONE,
                    ConfigSource.NONE,
                    _ -> OutboundRules.DEFAULT,
                    HostMemory.GUESTS);
        }

        /** Variables have the defaults of their manifests only, and no app sends requests. */
        public Settings(AppLimits limits, int runningPerApp) {
            this(_ -> limits, Duration.ZERO, runningPerApp, _ -> List.of(), _ -> OutgoingHttp.none());
        }

        /** The default limits, and half of the threads that {@link GuestExecutor#withDefaults} has. */
        public static Settings defaults() {
            return new Settings(
                    AppLimits.DEFAULT, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
        }
    }

    private final String engine;
    private final GuestExecutor executor;
    private final GuestExecutor innerExecutor = new GuestExecutor(InnerCalls.THREADS, 1);
    private final Preparation preparation;
    private final AppStore store;
    private final FileTrees files;
    private final Path stateDir;
    private final ConcurrentHashMap<WorkloadRef, AppStorage> storages = new ConcurrentHashMap<>();
    private final Settings settings;
    private final Clock clock;
    private final @Nullable IdleApps idle;
    private final ConcurrentHashMap<WorkloadRef, App> apps = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<WorkloadRef, LogRing> logs = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<AppState>> listeners = new CopyOnWriteArrayList<>();
    private final Map<WorkloadRef, Instant> deploying = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<LimitListener> limitListeners = new CopyOnWriteArrayList<>();

    /**
     * The engine, the executor and the stores stay the caller's to close, after this.
     *
     * @param filesDir where mounted files are unpacked; a cache, nothing else may be in it
     * @param stateDir where key-value stores and databases of apps are kept; those of an app outlive its undeployment
     */
    public WasmApps(
            WasmEngine engine,
            GuestExecutor executor,
            ResourceStore resources,
            BlobStore blobs,
            Path filesDir,
            Path stateDir,
            Settings settings,
            Clock clock) {
        this.engine = engine.name();
        this.executor = executor;
        this.files = new FileTrees(filesDir, blobs);
        this.preparation = new Preparation(engine, executor, files, blobs, settings, this::storage);
        this.store = new AppStore(resources, blobs);
        this.settings = settings;
        this.clock = clock;
        this.stateDir = stateDir;
        this.idle = settings.idle().isZero() ? null : new IdleApps(apps.values(), executor, settings.idle());
    }

    /** Told of each app before it is loaded, which may take as long as compiling it. */
    @FunctionalInterface
    public interface RestoreListener {
        /**
         * An app is next.
         *
         * @param done how many were loaded before
         * @param all how many there are
         */
        void next(WorkloadRef app, int done, int all);
    }

    /** {@link #restore(RestoreListener)} for those who need not know. */
    public int restore() {
        return restore((_, _, _) -> {});
    }

    /**
     * Serves again what was stored. An app that cannot be served is kept with the reason.
     *
     * @return how many serve
     */
    public int restore(RestoreListener listener) {
        int serving = 0;
        int done = 0;
        List<AppRecord> records = store.list();
        files.keepOnly(records.stream()
                .flatMap(stored -> stored.trees().values().stream())
                .collect(Collectors.toSet()));
        for (AppRecord stored : records) {
            listener.next(stored.workload(), done++, records.size());
            AppState state = change(stored.workload(), app -> {
                app.restore(stored.versions(), stored.stopped(), stored.reason());
                if (!stored.stopped()) {
                    resume(app, stored);
                }
            });
            serving += state.phase() == AppState.Phase.SERVING ? 1 : 0;
        }
        return serving;
    }

    private boolean resume(App app, AppRecord stored) {
        Digest manifest = stored.manifest();
        if (manifest == null) {
            return false;
        }
        try {
            app.resume(prepare(app, stored, manifest, false));
            return true;
        } catch (Problem e) {
            app.restore(stored.versions(), false, App.firstLine(e.detail()));
            app.log().add(LogLine.Stream.BUILD, "not served: " + e.getMessage());
            LOG.warn("workload {} is not served: {}", app.workload(), e.getMessage());
            return false;
        }
    }

    private ServingVersion prepare(App app, AppRecord stored, Digest manifest, boolean isNew) {
        return preparation.prepare(
                app.workload(),
                preparation.parts(store.manifest(manifest), store.components(stored), stored.trees()),
                settings.limits().apply(app.workload()),
                app.observed(),
                CompileListener.NONE,
                isNew);
    }

    /** Deploys without telling how the compilation goes. */
    public AppState deploy(WorkloadRef workload, BuiltApp built, DeployInfo info) {
        return deploy(workload, built, info, CompileListener.NONE);
    }

    /**
     * Compiles, tries, stores and serves a new version.
     *
     * @param listener is told how the compilation goes
     * @return the state with the new version serving
     * @throws Problem INVALID, TOO_LARGE or UNSUPPORTED when a module cannot be run; the old version serves on and the
     *     history shows the failed one
     */
    public AppState deploy(WorkloadRef workload, BuiltApp built, DeployInfo info, CompileListener listener) {
        return change(workload, app -> {
            deploying.put(workload, clock.instant());
            try {
                Map<String, Digest> trees = store.putFiles(built);
                ServingVersion next = preparation.prepare(
                        workload,
                        preparation.parts(built, trees),
                        settings.limits().apply(workload),
                        app.observed(),
                        listener,
                        true);
                VersionParts parts = store.putParts(built, trees);
                store.put(workload, parts, info);
                app.serve(next, AppVersion.serving(built.digest(), info, parts));
                saveStatus(app);
                built.spin().notices().forEach(notice -> app.log().add(LogLine.Stream.BUILD, notice.toString()));
                app.log().add(LogLine.Stream.BUILD, "serving " + next.digest().shortForm() + " of " + commit(info));
            } catch (Problem e) {
                fail(app, AppVersion.failed(built.digest(), info, e));
                throw e;
            } finally {
                deploying.remove(workload);
            }
        });
    }

    /**
     * Serves an earlier version again: its files and its manifest, with the variables and limits of now. The history has
     * it as a new entry, so that this can be taken back in the same way.
     *
     * @param to the number of the version, or 0 for the last one that served and is another one
     * @param by an entity ref
     * @return the state with that version serving
     * @throws Problem NOT_FOUND when no such version is kept, CONFLICT when it serves; or why it cannot be served. What
     *     serves goes on serving then
     */
    public AppState rollBack(WorkloadRef workload, int to, String by) {
        requireApp(workload);
        return change(workload, app -> {
            AppVersion earlier = earlier(app, to);
            VersionParts parts = Objects.requireNonNull(earlier.parts(), "it is one that is kept");
            DeployInfo info = new DeployInfo(earlier.info().commit(), by, clock.instant(), "rollback");
            try {
                ServingVersion next = prepare(app, AppRecord.of(workload, parts, info), parts.manifest(), true);
                store.put(workload, parts, info);
                app.serve(next, AppVersion.serving(earlier.digest(), info, parts));
            } catch (Problem e) {
                fail(app, AppVersion.failed(earlier.digest(), info, e));
                throw e;
            }
            saveStatus(app);
            app.log().add(LogLine.Stream.BUILD, "serving version " + earlier.number() + " again, of " + commit(info));
        });
    }

    private AppVersion earlier(App app, int to) {
        AppState state = app.state(engine);
        List<AppVersion> kept = state.earlier();
        return kept.stream()
                .filter(version -> to == 0 || version.number() == to)
                .findFirst()
                .orElseThrow(() -> {
                    String expected = kept.isEmpty()
                            ? "another deployment first"
                            : "one of "
                                    + kept.stream()
                                            .map(version -> Integer.toString(version.number()))
                                            .collect(Collectors.joining(", "));
                    boolean serves = state.versions().stream()
                            .anyMatch(version -> version.number() == to && version.parts() != null);
                    String where = "workload " + app.workload() + ": ";
                    return serves
                            ? Problem.conflict(where + "version " + to + " is what serves (expected: " + expected + ")")
                            : Problem.notFound(where + (to == 0 ? "no earlier version is" : "version " + to + " is not")
                                    + " kept (expected: " + expected + ")");
                });
    }

    /** Records a version whose build failed, with the compiler's words; what serves goes on serving. */
    public AppState recordFailure(WorkloadRef workload, DeployInfo info, Problem failure) {
        return change(workload, app -> fail(app, AppVersion.failed(null, info, failure)));
    }

    /**
     * Answers a request with a fresh instance. Returns at once.
     *
     * @param request its body is empty here: it comes by {@code body}, as it is read
     * @param responder told of the answer, or of a {@link Problem}: NOT_FOUND (no such app or route), UNAVAILABLE
     *     (stopped, or too many requests), TOO_LARGE (request body), INVALID (request), DEADLINE, CANCELLED or
     *     BAD_UPSTREAM (the guest)
     * @return for the caller that goes away before the end
     */
    public AppCall handle(WorkloadRef workload, HttpRequestData request, HttpBody body, AppResponder responder) {
        App app = apps.get(workload);
        if (app == null) {
            body.chunks().subscribe(new GatheredBody.Dropped());
            responder.fail(
                    Problem.notFound("workload " + workload + ": nothing is deployed (expected: a deployed app)"));
            return new AppCall();
        }
        return app.handle(request, body, responder);
    }

    /**
     * Hands an event of a trigger to a fresh instance of its component, which wakes the app. Returns at once.
     *
     * @param call ends the guest when nobody waits for it any more
     * @return done when the guest has handled it; else fails with a {@link Problem}: UNAVAILABLE (nothing serves, or too
     *     much at once), DEADLINE, CANCELLED or BAD_UPSTREAM (the guest)
     */
    public CompletionStage<?> deliver(WorkloadRef workload, String trigger, AppEvent event, AppCall call) {
        App app = apps.get(workload);
        return app == null
                ? CompletableFuture.failedFuture(
                        Problem.unavailable("workload " + workload + ": nothing is deployed", null))
                : app.deliver(trigger, event, call);
    }

    /** The triggers of the serving version that are no routes, templates resolved; none when nothing serves. */
    public List<SpinTrigger.Event> eventTriggers(WorkloadRef workload) {
        App app = apps.get(workload);
        return app == null ? List.of() : app.eventTriggers();
    }

    /** The same with whole bodies: the answer's, up to the app's limit of output, is read into memory. */
    public CompletionStage<HttpResponseData> handle(WorkloadRef workload, HttpRequestData request) {
        CompletableFuture<HttpResponseData> whole = new CompletableFuture<>();
        int limit = limitsOf(workload).outputBytes();
        var _ = handle(workload, request.withBody(new byte[0]), HttpBody.of(request.body()), new AppResponder() {
            @Override
            public void respond(int status, List<HttpHeader> headers, HttpBody body) {
                var _ = GatheredBody.of("workload " + workload + ": a response body", body, limit, GuestLimit.OUTPUT)
                        .whenComplete((bytes, failure) -> {
                            if (failure == null) {
                                whole.complete(new HttpResponseData(status, headers, bytes));
                            } else {
                                whole.completeExceptionally(failure);
                            }
                        });
            }

            @Override
            public void fail(Problem problem) {
                whole.completeExceptionally(problem);
            }
        });
        return whole;
    }

    /**
     * Stops serving and stays stopped over restarts; the versions stay.
     *
     * @throws Problem NOT_FOUND
     */
    public AppState stop(WorkloadRef workload) {
        requireApp(workload);
        return change(workload, app -> {
            store.get(workload).ifPresent(record -> store.put(record.withStopped(true)));
            app.stop("stopped on request");
            saveStatus(app);
        });
    }

    /**
     * Serves the last served version again.
     *
     * @throws Problem NOT_FOUND; or why it cannot be served
     */
    public AppState start(WorkloadRef workload) {
        requireApp(workload);
        return change(workload, app -> {
            AppRecord stored = store.get(workload)
                    .filter(found -> found.manifest() != null)
                    .orElseThrow(() -> Problem.notFound("workload " + workload + ": no version ever served"));
            if (!resume(app, stored)) {
                throw Problem.unavailable(
                        "workload " + workload + ": " + app.state(engine).reason(), null);
            }
            store.put(stored.withStopped(false));
            saveStatus(app);
        });
    }

    /** Stops an app and forgets it, its history included; requests under way finish. Tells whether it was there. */
    public boolean undeploy(WorkloadRef workload) {
        App app = apps.get(workload);
        if (app == null) {
            return store.delete(workload);
        }
        app.changes.lock();
        try {
            store.delete(workload);
            app.stop("removed");
            logs.remove(workload);
            boolean removed = apps.remove(workload, app);
            storage(workload).forgetVolumes();
            return removed;
        } finally {
            app.changes.unlock();
            tell(app);
        }
    }

    /** What an app is right now. */
    public Optional<AppState> state(WorkloadRef workload) {
        return Optional.ofNullable(apps.get(workload)).map(app -> app.state(engine));
    }

    /** All apps, by workload. */
    public List<AppState> states() {
        return apps.values().stream()
                .map(app -> app.state(engine))
                .sorted(Comparator.comparing(AppState::workload))
                .toList();
    }

    /** Figures of an app. */
    public Optional<AppStats> stats(WorkloadRef workload) {
        return Optional.ofNullable(apps.get(workload)).map(App::stats);
    }

    /** The last traps of an app, the newest first, at most {@value Observation#MAX_TRAPS}; empty for one that is not there. */
    public List<TrapRecord> traps(WorkloadRef workload) {
        App app = apps.get(workload);
        return app == null ? List.of() : app.observed().traps();
    }

    /** Figures of an app's components by id; one that was never asked is not in it. */
    public Map<String, ComponentStats> componentStats(WorkloadRef workload) {
        App app = apps.get(workload);
        return app == null ? Map.of() : app.componentStats();
    }

    /** What the version that serves is made of; empty when none does. */
    public Optional<AppInventory> inventory(WorkloadRef workload) {
        return Optional.ofNullable(apps.get(workload)).flatMap(App::inventory);
    }

    /** What the serving version of an app keeps in its stores and databases; reads them. */
    public List<StorageUse> storageUse(WorkloadRef workload) {
        return inventory(workload)
                .map(inventory -> storage(workload).use(inventory))
                .orElse(List.of());
    }

    /**
     * Fills the stores named {@code default} of an app, which need not be deployed yet.
     *
     * @param keyValues values by key
     * @param scripts SQL, run in their order
     * @throws Problem INVALID naming the key or the statement; what was done before it stays
     */
    public void fill(WorkloadRef workload, Map<String, String> keyValues, List<String> scripts) {
        AppStorage storage = storage(workload);
        keyValues.forEach((key, value) -> storage.stores().set(DEFAULT, key, value.getBytes(StandardCharsets.UTF_8)));
        scripts.forEach(script -> storage.databases().run(DEFAULT, script));
    }

    /**
     * The blobs that the apps need: of each what serves, or would serve again after a start or a rollback. Reads the store.
     *
     * @throws Problem when one of them cannot be read, so that what it needs is not known
     */
    public Set<Digest> blobs() {
        return store.blobs(apps.values().stream()
                .flatMap(app -> app.versions().stream())
                .flatMap(version -> Stream.ofNullable(version.parts())));
    }

    /** How many requests of one app compute at once; any number may wait for something meanwhile. */
    public int runningPerApp() {
        return settings.runningPerApp();
    }

    /** What the memories of all guests take, and may take, where they are not in the heap. */
    public HostMemory guestMemory() {
        return settings.guestMemory();
    }

    /** When the deployment of a version that is on its way began; it may take long to compile. */
    public Optional<Instant> deployingSince(WorkloadRef workload) {
        return Optional.ofNullable(deploying.get(workload));
    }

    /** The log of an app; also for one that is not deployed yet, so that its first build has somewhere to write. */
    public LogRing log(WorkloadRef workload) {
        return logs.computeIfAbsent(workload, _ -> new LogRing(LOG_LINES, clock));
    }

    /** Tells every change of an app, on the thread that made it. One that throws is removed. */
    public LogRing.Subscription onChange(Consumer<AppState> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Hears of limits that guests pass, of the log's once for each line that was dropped. */
    @FunctionalInterface
    public interface LimitListener {
        void passed(WorkloadRef workload, GuestLimit limit, long times);
    }

    /** Tells every limit that a guest passes, on the thread that met it. One that throws is removed. */
    public LogRing.Subscription onLimit(LimitListener listener) {
        limitListeners.add(listener);
        return () -> limitListeners.remove(listener);
    }

    private void passed(WorkloadRef workload, GuestLimit limit, long times) {
        for (LimitListener listener : limitListeners) {
            try {
                listener.passed(workload, limit, times);
            } catch (RuntimeException e) {
                limitListeners.remove(listener);
                LOG.warn("a listener of limits failed and was removed", e);
            }
        }
    }

    /** Takes no more requests and waits until those under way are done, at most until their deadlines. */
    @Override
    public void close() {
        if (idle != null) {
            idle.close();
        }
        long longest = 0;
        for (App app : apps.values()) {
            app.lane().close();
            longest = Math.max(longest, app.limits().wallTime().toNanos());
        }
        long end = System.nanoTime() + 2 * longest;
        while (busy() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        innerExecutor.close();
        apps.values().forEach(App::close);
        storages.values().forEach(AppStorage::close);
    }

    private AppStorage storage(WorkloadRef workload) {
        return storages.computeIfAbsent(
                workload, key -> AppStorage.of(stateDir, key, settings.stores().apply(key)));
    }

    private boolean busy() {
        return apps.values().stream()
                .anyMatch(app -> app.lane().running() + app.lane().waiting() > 0);
    }

    /** Changes an app under its lock and tells the listeners how it is then, also when the change threw. */
    private AppState change(WorkloadRef workload, Consumer<App> change) {
        while (true) {
            App app = apps.computeIfAbsent(
                    workload,
                    key -> new App(
                            key,
                            executor,
                            innerExecutor,
                            settings.runningPerApp(),
                            new Observation(
                                    log(key),
                                    clock,
                                    (limit, times) -> passed(key, limit, times),
                                    HostMemory.PROCESS.half(),
                                    settings.guestMemory().half()),
                            settings.limits().apply(key)));
            boolean current = false;
            app.changes.lock();
            try {
                current = apps.get(workload) == app; // not removed while this waited
                if (current) {
                    change.accept(app);
                    return app.state(engine);
                }
            } finally {
                app.changes.unlock();
                if (current) {
                    tell(app);
                }
            }
        }
    }

    private void requireApp(WorkloadRef workload) {
        if (!apps.containsKey(workload)) {
            throw Problem.notFound("workload " + workload + ": nothing is deployed (expected: a deployed app)");
        }
    }

    private AppLimits limitsOf(WorkloadRef workload) {
        App app = apps.get(workload);
        return app == null ? settings.limits().apply(workload) : app.limits();
    }

    private void fail(App app, AppVersion version) {
        app.failed(version);
        app.log().add(LogLine.Stream.BUILD, "failed: " + App.firstLine(String.valueOf(version.error())));
        saveStatus(app);
    }

    /** The history is worth less than the answer: when it cannot be stored, that is reported and nothing else fails. */
    private void saveStatus(App app) {
        try {
            if (store.get(app.workload()).isEmpty()) {
                DeployInfo info = app.versions().isEmpty()
                        ? new DeployInfo("", "", clock.instant())
                        : app.versions().getFirst().info();
                store.put(new AppRecord(app.workload(), null, Map.of(), Map.of(), info, app.stopped(), "", List.of()));
            }
            store.putStatus(app.state(engine));
        } catch (Problem e) {
            LOG.warn("the history of workload {} could not be stored: {}", app.workload(), e.getMessage());
            app.log().add(LogLine.Stream.BUILD, "the history could not be stored: " + e.getMessage());
        }
    }

    private void tell(App app) {
        AppState state = app.state(engine);
        for (Consumer<AppState> listener : listeners) {
            try {
                listener.accept(state);
            } catch (RuntimeException e) {
                listeners.remove(listener);
                LOG.warn("a listener of app changes failed and was removed", e);
            }
        }
    }

    private static String commit(DeployInfo info) {
        String commit = info.commit();
        return commit.isEmpty() ? "no commit" : "commit " + commit.substring(0, Math.min(7, commit.length()));
    }
}
