package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.GuestLane;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One app: the version that serves, its history, its log and its figures. Requests read {@link #serving} once; whoever
 * changes the app holds {@link #changes}.
 */
final class App {

    /** Bytes of an answer that may wait for its client without being counted. */
    private static final int SMALL = 64 * 1024;

    private final WorkloadRef workload;
    private final GuestLane lane;
    private final InnerCalls inner;
    private final Observation observed;
    private final LatencyHistogram latency = new LatencyHistogram();
    private final LongAdder failures = new LongAdder();
    private final LongAdder traps = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<String, ComponentFigures> figures = new ConcurrentHashMap<>();

    final ReentrantLock changes = new ReentrantLock();
    private volatile @Nullable ServingVersion serving;
    private volatile List<AppVersion> versions = List.of();
    private volatile String reason = "";
    private volatile boolean stopped;
    private volatile AppLimits limits;
    private volatile long lastUsed = System.nanoTime();

    App(
            WorkloadRef workload,
            GuestExecutor executor,
            GuestExecutor innerExecutor,
            int width,
            Observation observed,
            AppLimits limits) {
        this.workload = workload;
        this.inner = new InnerCalls("workload " + workload, innerExecutor);
        this.lane = executor.lane("workload " + workload, width);
        this.observed = observed;
        this.limits = limits;
    }

    WorkloadRef workload() {
        return workload;
    }

    LogRing log() {
        return observed.log();
    }

    Observation observed() {
        return observed;
    }

    GuestLane lane() {
        return lane;
    }

    AppLimits limits() {
        return limits;
    }

    List<AppVersion> versions() {
        return versions;
    }

    boolean stopped() {
        return stopped;
    }

    /** Answers a request whose body comes as it is read; returns at once. */
    AppCall handle(HttpRequestData request, HttpBody body, AppResponder responder) {
        long began = System.nanoTime();
        lastUsed = began;
        AppCall call = new AppCall();
        Answer answer = new Answer(responder);
        Run run;
        try {
            run = byRoute(new Exchange(serving(), request, body, answer, call, 0, began));
        } catch (Problem problem) {
            body.chunks().subscribe(new GatheredBody.Dropped());
            count("", problem);
            answer.fail(problem);
            return call;
        }
        var _ = run.done().whenComplete((_, failure) -> {
            latency.record(System.nanoTime() - began);
            if (failure != null) {
                Problem problem = problem(failure);
                count(run.component(), problem);
                answer.fail(problem);
            }
        });
        return call;
    }

    private ServingVersion serving() {
        ServingVersion version = serving;
        if (version == null) {
            throw Problem.unavailable(
                    "workload " + workload + ": " + (stopped ? "it is stopped" : "no version of it serves")
                            + reasonText(),
                    null);
        }
        return version;
    }

    /**
     * Answers a call of the app to itself, of the version that the call came from. It gets a thread of its own at once or
     * is refused: one that waited for the threads of those who wait for it would wait for ever.
     *
     * @param target the component, or null for the route that matches
     */
    void chained(ServingVersion.@Nullable Target target, Exchange exchange) {
        Run run;
        try {
            run = target == null ? byRoute(exchange) : run(target, RoutePattern.ALL.match(exchange.path()), exchange);
        } catch (Problem problem) {
            exchange.body().chunks().subscribe(new GatheredBody.Dropped());
            exchange.answer().fail(problem);
            return;
        }
        var _ = run.done().whenComplete((_, failure) -> {
            if (failure != null) {
                Problem problem = problem(failure);
                count(run.component(), problem);
                exchange.answer().fail(problem);
            }
        });
    }

    /** Who works on a request, and when it is done. */
    private record Run(String component, CompletableFuture<?> done) {}

    private Run byRoute(Exchange exchange) {
        RouteTable.Match<ServingVersion.Target> match =
                exchange.version().routes().find(exchange.path());
        if (match == null) {
            throw Problem.notFound("workload " + workload + ": no route for \"" + TomlCursor.shortened(exchange.path())
                    + "\" (expected one of: " + routes(exchange.version()) + ")");
        }
        return run(match.entry().target(), match.restStart(), exchange);
    }

    private Run run(ServingVersion.Target target, int restStart, Exchange exchange) {
        return new Run(target.component(), answered(target, restStart, exchange));
    }

    private CompletableFuture<?> answered(ServingVersion.Target target, int restStart, Exchange exchange) {
        AppLimits limitsNow = exchange.version().limits();
        HttpRequestData request = exchange.request();
        Answer answer = exchange.answer();
        return switch (target) {
            case ServingVersion.Static(HttpResponseData response) -> {
                exchange.body().chunks().subscribe(new GatheredBody.Dropped());
                answer.respond(
                        request.method().equals("HEAD")
                                ? new HttpResponseData(response.status(), response.headers(), new byte[0])
                                : response);
                yield CompletableFuture.completedFuture(null);
            }
            case ServingVersion.Wagi to -> wagi(to, restStart, exchange, limitsNow);
            case ServingVersion.Http _
            when exchange.body().length().orElse(0) > limitsNow.bodyBytes() -> {
                exchange.body().chunks().subscribe(new GatheredBody.Dropped());
                yield CompletableFuture.failedFuture(GatheredBody.tooLarge(
                        "workload " + workload + ": a request body",
                        Long.toString(exchange.body().length().getAsLong()),
                        limitsNow.bodyBytes(),
                        GuestLimit.REQUEST_BODY));
            }
            case ServingVersion.Http to ->
                submit(to.component(), exchange, limitsNow, () -> {
                    List<HttpHeader> headers = SpinHeaders.of(to.pattern(), request, exchange.path(), restStart);
                    to.guest()
                            .run(
                                    exchange,
                                    headers,
                                    ChainedHttp.ofRequest(this, to.guest().grants(), exchange));
                });
        };
    }

    /** Request and answer are held in memory whole, and counted as long as they are. */
    private CompletableFuture<?> wagi(ServingVersion.Wagi to, int restStart, Exchange exchange, AppLimits limitsNow) {
        HostMemory.Account asked = observed.memory().account();
        HostMemory.Account told = observed.memory().account();
        return GatheredBody.of(
                        "workload " + workload + ": a request body",
                        exchange.body(),
                        limitsNow.bodyBytes(),
                        GuestLimit.REQUEST_BODY,
                        asked)
                .thenCompose(bytes -> submit(to.component(), exchange, limitsNow, () -> {
                    HttpRequestData whole = exchange.request().withBody(bytes);
                    HttpResponseData response = to.guest()
                            .run(
                                    to.arguments().of(exchange.path(), exchange.query()),
                                    environment(to, whole, exchange, restStart),
                                    whole,
                                    exchange.call(),
                                    outgoing(to.guest().program(), exchange),
                                    told);
                    if (response.body().length <= SMALL) {
                        told.close();
                        exchange.answer().respond(response);
                    } else {
                        exchange.answer()
                                .respond(
                                        response.status(),
                                        response.headers(),
                                        PieceBody.of(response.body(), told::close));
                    }
                }))
                .whenComplete((_, failure) -> {
                    asked.close();
                    if (failure != null) {
                        told.close();
                    }
                });
    }

    /** Which provider of a variable failed is the app's to know, not the client's. */
    private Map<String, String> environment(
            ServingVersion.Wagi to, HttpRequestData request, Exchange exchange, int restStart) {
        try {
            return to.environment().of(request, exchange.path(), exchange.query(), restStart);
        } catch (Problem e) {
            if (e.whoFailed() != Problem.WhoFailed.UPSTREAM) {
                throw e;
            }
            throw Problem.unavailable(
                    "workload " + workload + ": the value of a variable could not be had (its log says why)", e);
        }
    }

    private OutgoingHttp outgoing(WagiProgram program, Exchange exchange) {
        return switch (program) {
            case WagiProgram.Module _ -> OutgoingHttp.none();
            case WagiProgram.Command command -> ChainedHttp.ofRequest(this, command.grants(), exchange);
        };
    }

    /** Hands an event to a fresh instance; returns at once. The failure is a {@link Problem}. */
    CompletableFuture<?> deliver(String trigger, AppEvent event, AppCall call) {
        ServingVersion version = serving;
        ServingVersion.Event target = version == null ? null : version.events().get(trigger);
        if (version == null || target == null) {
            return CompletableFuture.failedFuture(Problem.unavailable(
                    "workload " + workload + ": "
                            + (version == null ? "no version of it serves" : "no trigger \"" + trigger + "\"")
                            + reasonText(),
                    null));
        }
        long began = System.nanoTime();
        lastUsed = began;
        return submit(
                        target.trigger().component(),
                        began,
                        version.limits(),
                        () -> target.guest()
                                .run(
                                        target.trigger().kind(),
                                        event,
                                        call,
                                        ChainedHttp.ofEvent(this, target.guest().grants(), version)))
                .handle((_, failure) -> {
                    latency.record(System.nanoTime() - began);
                    if (failure != null) {
                        Problem problem = problem(failure);
                        count(target.trigger().component(), problem);
                        throw problem;
                    }
                    return null;
                });
    }

    /** The triggers that are no routes, in the manifest's order. */
    List<SpinTrigger.Event> eventTriggers() {
        ServingVersion version = serving;
        return version == null
                ? List.of()
                : version.events().values().stream()
                        .map(ServingVersion.Event::trigger)
                        .toList();
    }

    private CompletableFuture<?> submit(String component, Exchange exchange, AppLimits limitsNow, Runnable task) {
        if (exchange.depth() > 0) {
            ComponentFigures counted = figures.computeIfAbsent(component, _ -> new ComponentFigures());
            return inner.submit(Executors.callable(() -> counted.run(exchange.began(), task)));
        }
        return submit(component, exchange.began(), limitsNow, task);
    }

    private CompletableFuture<?> submit(String component, long began, AppLimits limitsNow, Runnable task) {
        ComponentFigures counted = figures.computeIfAbsent(component, _ -> new ComponentFigures());
        return lane.submit(
                Executors.callable(() -> counted.run(began, task)),
                limitsNow.concurrency(),
                limitsNow.wallTime().toNanos());
    }

    private static Problem problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Problem problem
                ? problem
                : Problem.internal("the request failed: " + cause.getMessage(), cause);
    }

    private void count(String component, Problem problem) {
        observed.passedBy(problem);
        if (problem.whoFailed() == Problem.WhoFailed.GUEST) {
            failures.increment();
            if (problem.members().containsKey("trap")) {
                traps.increment();
            }
            log().add(LogLine.Stream.STDERR, component, problem.detail());
        } else {
            refused.increment();
        }
    }

    /**
     * Lets go of compiled code when no request came for a while, and frees it; those under way keep
     * theirs.
     *
     * @return what is left of what it let go of, for whoever has the memory to keep that
     */
    List<Reloadable.Dormant<?>> releaseIdle(long idleNanos) {
        ServingVersion now = serving;
        if (now == null
                || now.isIdle()
                || System.nanoTime() - lastUsed < idleNanos
                || lane.running() + lane.waiting() > 0) {
            return List.of();
        }
        List<Reloadable.Released> released = now.release();
        // Who begins from here on loads the code again, so who runs now is all who can still hold it.
        if (lane.running() == 0 && !inner.isBusy()) {
            released.forEach(each -> each.free().run());
        }
        List<Reloadable.Dormant<?>> left = new ArrayList<>();
        for (Reloadable.Released each : released) {
            if (each.left() != null) {
                left.add(each.left());
            }
        }
        return left;
    }

    /** Wakes for nobody while it is idle; on a guest thread. False when it is not, or cannot. */
    boolean rehearse() {
        ServingVersion now = serving;
        return now != null && now.isIdle() && now.rehearse();
    }

    /** The new version takes every request that comes from now on; those under way finish on the old one. */
    void serve(ServingVersion next, AppVersion version) {
        List<AppVersion> history = new ArrayList<>();
        history.add(version.numbered(nextNumber()));
        for (AppVersion older : versions) {
            history.add(older.state() == AppVersion.State.SERVING ? older.as(AppVersion.State.REPLACED) : older);
        }
        limits = next.limits();
        stopped = false;
        reason = "";
        versions = bounded(history);
        lastUsed = System.nanoTime();
        replace(next);
    }

    private int nextNumber() {
        return versions.isEmpty() ? 1 : versions.getFirst().number() + 1;
    }

    /** The service of the version before ends first, for both want the same ports. */
    private void replace(@Nullable ServingVersion next) {
        ServingVersion before = serving;
        serving = next;
        if (before != null) {
            before.retire();
            if (before.service() != null) {
                before.service().close();
            }
        }
        if (next != null && next.service() != null) {
            next.service().start();
        }
    }

    /** Puts a version that never served into the history; what serves goes on serving. */
    void failed(AppVersion version) {
        List<AppVersion> history = new ArrayList<>(versions);
        history.addFirst(version.numbered(nextNumber()));
        versions = bounded(history);
        reason = version.error() == null ? "" : firstLine(version.error());
    }

    void stop(String why) {
        stopped = true;
        reason = why;
        replace(null);
    }

    /** Takes over what was stored before a restart. */
    void restore(List<AppVersion> history, boolean wasStopped, String why) {
        versions = bounded(history);
        stopped = wasStopped;
        reason = why;
    }

    void resume(ServingVersion version) {
        limits = version.limits();
        stopped = false;
        reason = "";
        lastUsed = System.nanoTime();
        replace(version);
    }

    /** The program ends: nothing is left in the engine. */
    void close() {
        replace(null);
    }

    AppState state(String engine) {
        ServingVersion now = serving;
        AppState.Phase phase =
                now != null ? AppState.Phase.SERVING : stopped ? AppState.Phase.STOPPED : AppState.Phase.FAILED;
        return new AppState(
                workload,
                phase,
                now != null && now.isIdle(),
                reason,
                engine,
                now == null ? List.of() : now.triggers(),
                limits,
                versions);
    }

    AppStats stats() {
        LatencyHistogram.Snapshot snapshot = latency.snapshot();
        return new AppStats(
                lane.running(),
                lane.waiting(),
                observed.instances(),
                snapshot.total(),
                failures.sum(),
                traps.sum(),
                refused.sum(),
                observed.limits(),
                snapshot);
    }

    /** Figures by component; one that was never asked is not in it. */
    Map<String, ComponentStats> componentStats() {
        Map<String, ComponentStats> stats = new TreeMap<>();
        figures.forEach((id, each) -> stats.put(id, each.stats()));
        return stats;
    }

    /** What the version that serves is made of. */
    Optional<AppInventory> inventory() {
        return Optional.ofNullable(serving).map(ServingVersion::inventory);
    }

    private String reasonText() {
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }

    /** The newest ones, but always the one that serves; what the last few were made of is kept. */
    private static List<AppVersion> bounded(List<AppVersion> history) {
        List<AppVersion> kept = new ArrayList<>();
        Set<VersionParts> servable = new HashSet<>();
        for (AppVersion version : history) {
            VersionParts parts = version.parts();
            boolean room = servable.size() < WasmApps.MAX_KEPT || version.state() == AppVersion.State.SERVING;
            if (parts == null || (!servable.contains(parts) && !room)) {
                kept.add(version.with(null));
            } else {
                servable.add(parts);
                kept.add(version);
            }
        }
        for (int i = kept.size() - 1; i >= 0 && kept.size() > WasmApps.MAX_VERSIONS; i--) {
            if (kept.get(i).state() != AppVersion.State.SERVING) {
                kept.remove(i);
            }
        }
        return List.copyOf(kept);
    }

    private static String routes(ServingVersion version) {
        return String.join(
                ", ",
                version.routes().entries().stream()
                        .limit(10)
                        .map(entry -> entry.pattern().raw())
                        .toList());
    }

    static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
