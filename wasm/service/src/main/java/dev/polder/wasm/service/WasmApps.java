package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.BlobStore;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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

    private static final Logger LOG = LoggerFactory.getLogger(WasmApps.class);
    private static final int LOG_LINES = 2000;

    /**
     * What may be chosen.
     *
     * @param limits of every app that brings none of its own
     * @param runningPerApp guests of one app that run at once; less than the threads of the executor, so that an app
     *     whose guests hang leaves threads to its neighbours
     */
    public record Settings(AppLimits limits, int runningPerApp) {

        /** The default limits, and half of the threads that {@link GuestExecutor#withDefaults} has. */
        public static Settings defaults() {
            return new Settings(
                    AppLimits.DEFAULT, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
        }
    }

    private final WasmEngine engine;
    private final GuestExecutor executor;
    private final ResourceStore resources;
    private final BlobStore blobs;
    private final Settings settings;
    private final Clock clock;
    private final ConcurrentHashMap<WorkloadRef, App> apps = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<WorkloadRef, LogRing> logs = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<AppState>> listeners = new CopyOnWriteArrayList<>();

    /** The engine, the executor and the stores stay the caller's to close, after this. */
    public WasmApps(
            WasmEngine engine,
            GuestExecutor executor,
            ResourceStore resources,
            BlobStore blobs,
            Settings settings,
            Clock clock) {
        this.engine = engine;
        this.executor = executor;
        this.resources = resources;
        this.blobs = blobs;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Serves again what was stored. An app that cannot be served is kept with the reason; the others do not wait for it.
     *
     * @return how many serve
     */
    public int restore() {
        int serving = 0;
        for (Resource resource :
                resources.list(AppRecord.GROUP, AppRecord.KIND, null).items()) {
            try {
                AppRecord stored = AppRecord.of(resource);
                App app = app(stored.workload());
                app.restore(stored.versions(), stored.stopped(), stored.reason());
                if (!stored.stopped() && stored.manifest() != null) {
                    serving += resume(app, stored, stored.manifest()) ? 1 : 0;
                }
                tell(app);
            } catch (Problem e) {
                LOG.warn("{} cannot be read and is not served: {}", resource.key(), e.getMessage());
            }
        }
        return serving;
    }

    private boolean resume(App app, AppRecord stored, Digest manifest) {
        app.changes.lock();
        try {
            String text = new String(blobs.read(manifest), StandardCharsets.UTF_8);
            List<BuiltApp.Component> components = new ArrayList<>();
            stored.components()
                    .forEach((id, digest) -> components.add(new BuiltApp.Component(id, blobs.read(digest), digest)));
            SpinManifest spin = SpinManifest.parse(SpinManifest.FILE_NAME, text);
            app.resume(prepare(app, spin, components, stored.limits(), CompileListener.NONE));
            return true;
        } catch (Problem e) {
            app.restore(stored.versions(), false, App.firstLine(e.detail()));
            app.log().add(LogLine.Stream.BUILD, "not served after the restart: " + e.getMessage());
            LOG.warn("workload {} is not served after the restart: {}", app.workload(), e.getMessage());
            return false;
        } finally {
            app.changes.unlock();
        }
    }

    /** Deploys with the limits that the app has, or the default ones. */
    public AppState deploy(WorkloadRef workload, BuiltApp built, DeployInfo info) {
        return deploy(workload, built, info, limitsOf(workload), CompileListener.NONE);
    }

    /**
     * Compiles, tries, stores and serves a new version.
     *
     * @param listener is told how the compilation goes
     * @return the state with the new version serving
     * @throws Problem INVALID, TOO_LARGE or UNSUPPORTED when a module cannot be run; the old version serves on and the
     *     history shows the failed one
     */
    public AppState deploy(
            WorkloadRef workload, BuiltApp built, DeployInfo info, AppLimits limits, CompileListener listener) {
        App app = app(workload);
        app.changes.lock();
        try {
            ServingVersion next = prepare(app, built.spin(), built.components(), limits, listener);
            AppVersion version = new AppVersion(built.digest(), info, AppVersion.State.SERVING, null);
            store(app, built, info, limits, version);
            app.serve(next, version);
            saveStatus(app);
            built.spin().notices().forEach(notice -> app.log().add(LogLine.Stream.BUILD, notice.toString()));
            app.log()
                    .add(
                            LogLine.Stream.BUILD,
                            "serving " + next.digest().shortForm()
                                    + (info.commit().isEmpty() ? "" : " (commit " + shortCommit(info) + ")"));
        } catch (Problem e) {
            fail(app, new AppVersion(built.digest(), info, AppVersion.State.FAILED, e.getMessage()));
            throw e;
        } finally {
            app.changes.unlock();
            tell(app);
        }
        return app.state(engine.name());
    }

    /** Records a version whose build failed, with the compiler's words; what serves goes on serving. */
    public AppState recordFailure(WorkloadRef workload, DeployInfo info, Problem failure) {
        App app = app(workload);
        app.changes.lock();
        try {
            fail(app, new AppVersion(null, info, AppVersion.State.FAILED, failure.getMessage()));
        } finally {
            app.changes.unlock();
            tell(app);
        }
        return app.state(engine.name());
    }

    /**
     * Answers a request with a fresh instance. Returns at once; the stage completes on a guest thread.
     *
     * @return the response, or a {@link Problem}: NOT_FOUND (no such app or route), UNAVAILABLE (stopped, or too many
     *     requests), TOO_LARGE (request body), INVALID (request), DEADLINE or BAD_UPSTREAM (the guest)
     */
    public CompletionStage<HttpResponseData> handle(WorkloadRef workload, HttpRequestData request) {
        App app = apps.get(workload);
        if (app == null) {
            return CompletableFuture.failedFuture(
                    Problem.notFound("workload " + workload + ": nothing is deployed (expected: a deployed app)"));
        }
        return app.handle(request);
    }

    /**
     * Stops serving and stays stopped over restarts; the versions stay.
     *
     * @throws Problem NOT_FOUND
     */
    public AppState stop(WorkloadRef workload) {
        return change(workload, app -> {
            app.stop("stopped on request");
            stored(workload).ifPresent(record -> resources.apply(withStopped(record, true)));
            saveStatus(app);
        });
    }

    /**
     * Serves the last served version again.
     *
     * @throws Problem NOT_FOUND; or why it cannot be served
     */
    public AppState start(WorkloadRef workload) {
        return change(workload, app -> {
            AppRecord stored = stored(workload)
                    .filter(found -> found.manifest() != null)
                    .orElseThrow(() -> Problem.notFound("workload " + workload + ": no version ever served"));
            Digest manifest = stored.manifest();
            if (manifest == null || !resume(app, stored, manifest)) {
                throw Problem.unavailable(
                        "workload " + workload + ": " + app.state(engine.name()).reason(), null);
            }
            resources.apply(withStopped(stored, false));
            saveStatus(app);
        });
    }

    /** Stops an app and forgets it, its history included; requests under way finish. Tells whether it was there. */
    public boolean undeploy(WorkloadRef workload) {
        App app = apps.remove(workload);
        logs.remove(workload);
        boolean stored = resources.delete(AppRecord.key(workload), 0);
        if (app != null) {
            app.changes.lock();
            try {
                app.stop("removed");
            } finally {
                app.changes.unlock();
            }
            tell(app);
        }
        return stored || app != null;
    }

    /** What an app is right now. */
    public Optional<AppState> state(WorkloadRef workload) {
        return Optional.ofNullable(apps.get(workload)).map(app -> app.state(engine.name()));
    }

    /** All apps, by workload. */
    public List<AppState> states() {
        return apps.values().stream()
                .map(app -> app.state(engine.name()))
                .sorted(Comparator.comparing(AppState::workload))
                .toList();
    }

    /** Figures of an app. */
    public Optional<AppStats> stats(WorkloadRef workload) {
        return Optional.ofNullable(apps.get(workload)).map(App::stats);
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

    /** Takes no more requests and waits until those under way are done, at most until their deadlines. */
    @Override
    public void close() {
        long longest = settings.limits().wallTime().toNanos();
        for (App app : apps.values()) {
            app.lane().close();
            longest = Math.max(longest, app.limits().wallTime().toNanos());
        }
        long end = System.nanoTime() + 2 * longest;
        while (busy() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean busy() {
        return apps.values().stream()
                .anyMatch(app -> app.lane().running() + app.lane().waiting() > 0);
    }

    private AppState change(WorkloadRef workload, Consumer<App> change) {
        App app = apps.get(workload);
        if (app == null) {
            throw Problem.notFound("workload " + workload + ": nothing is deployed (expected: a deployed app)");
        }
        app.changes.lock();
        try {
            change.accept(app);
        } finally {
            app.changes.unlock();
            tell(app);
        }
        return app.state(engine.name());
    }

    private App app(WorkloadRef workload) {
        return apps.computeIfAbsent(
                workload, key -> new App(key, executor, settings.runningPerApp(), log(key), settings.limits()));
    }

    private AppLimits limitsOf(WorkloadRef workload) {
        App app = apps.get(workload);
        return app == null ? settings.limits() : app.limits();
    }

    private ServingVersion prepare(
            App app,
            SpinManifest spin,
            List<BuiltApp.Component> components,
            AppLimits limits,
            CompileListener listener) {
        Map<String, Guest> guests = new LinkedHashMap<>();
        for (BuiltApp.Component component : components) {
            guests.put(
                    component.id(),
                    onGuestThread(() -> Guest.prepare(engine, app.workload(), component, limits, app.log(), listener)));
        }
        List<RouteTable.Entry<ServingVersion.Target>> routes = new ArrayList<>();
        for (SpinManifest.HttpTrigger trigger : spin.triggers()) {
            Guest guest = guests.get(trigger.component());
            SpinManifest.Component component = spin.components().get(trigger.component());
            if (guest == null || component == null) {
                throw Problem.invalid("workload " + app.workload() + ": the route " + trigger.route()
                        + " leads to the component \"" + trigger.component()
                        + "\", which was not built (expected one of: "
                        + String.join(", ", guests.keySet()) + ")");
            }
            if (trigger.route() != null) {
                RoutePattern pattern = RoutePattern.of(trigger.route());
                routes.add(new RouteTable.Entry<>(
                        pattern,
                        new ServingVersion.Target(
                                component.id(),
                                guest,
                                new CgiEnvironment(pattern, component.environment()),
                                new CgiArguments(trigger.executor().argv()))));
            }
        }
        return new ServingVersion(BuiltApp.digest(components), new RouteTable<>(routes), limits);
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

    private void store(App app, BuiltApp built, DeployInfo info, AppLimits limits, AppVersion version) {
        Map<String, Digest> components = new LinkedHashMap<>();
        for (BuiltApp.Component component : built.components()) {
            components.put(component.id(), blobs.put(component.wasm()));
        }
        Digest manifest = blobs.put(built.manifest().getBytes(StandardCharsets.UTF_8));
        AppRecord stored =
                new AppRecord(app.workload(), manifest, components, info, limits, false, "", List.of(version));
        resources.apply(stored.toResource());
    }

    private void fail(App app, AppVersion version) {
        app.failed(version);
        app.log().add(LogLine.Stream.BUILD, "failed: " + App.firstLine(String.valueOf(version.error())));
        if (stored(app.workload()).isEmpty()) {
            AppRecord first = new AppRecord(
                    app.workload(), null, Map.of(), version.info(), app.limits(), false, "", app.versions());
            resources.apply(first.toResource());
        }
        saveStatus(app);
    }

    private void saveStatus(App app) {
        AppState state = app.state(engine.name());
        AppRecord record = new AppRecord(
                app.workload(),
                null,
                Map.of(),
                new DeployInfo("", "", clock.instant()),
                app.limits(),
                app.stopped(),
                state.reason(),
                app.versions());
        resources.applyStatus(AppRecord.key(app.workload()), record.toStatus(state.phase()));
    }

    private Optional<AppRecord> stored(WorkloadRef workload) {
        return resources.get(AppRecord.key(workload)).map(AppRecord::of);
    }

    private static Resource withStopped(AppRecord record, boolean stopped) {
        return new AppRecord(
                        record.workload(),
                        record.manifest(),
                        record.components(),
                        record.info(),
                        record.limits(),
                        stopped,
                        record.reason(),
                        record.versions())
                .toResource();
    }

    private void tell(App app) {
        AppState state = app.state(engine.name());
        for (Consumer<AppState> listener : listeners) {
            try {
                listener.accept(state);
            } catch (RuntimeException e) {
                listeners.remove(listener);
                LOG.warn("a listener of app changes failed and was removed", e);
            }
        }
    }

    private static String shortCommit(DeployInfo info) {
        String commit = info.commit();
        return commit.length() > 7 ? commit.substring(0, 7) : commit;
    }
}
