package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.EventSink;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.mesh.proxy.TrafficStats;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.LogRing;
import dev.polder.wasm.service.WasmApps;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/polder/workloads}: what runs, what it serves, what it says. */
public final class WorkloadsApi {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int QUEUED_LINES = 4096;

    private final WasmApps apps;
    private final Deployments deployments;
    private final TrafficStats traffic;
    private final WorkloadDetails details;

    public WorkloadsApi(WasmApps apps, Deployments deployments, TrafficStats traffic, WorkloadDetails details) {
        this.apps = apps;
        this.deployments = deployments;
        this.traffic = traffic;
        this.details = details;
    }

    public Routes routes() {
        String one = "/workloads/{namespace}/{name}";
        return new Routes("/api/polder", ErrorBody.problem())
                .get("/workloads", this::list)
                .get(one, this::read)
                .delete(one, this::undeploy)
                .post(one + "/stop", request -> change(apps.stop(workload(request))))
                .post(one + "/start", request -> change(apps.start(workload(request))))
                .post(one + "/rollback", this::rollBack)
                .get(one + "/traffic", this::series)
                .events(one + "/traffic/stream", this::trafficStream)
                .events(one + "/logs/stream", this::logStream);
    }

    private HttpResponse list(Request request) {
        Set<String> fields =
                request.query("fields").map(names -> Set.of(names.split(","))).orElse(Set.of());
        ObjectNode body = JSON.objectNode();
        ArrayNode items = body.putArray("items");
        apps.states()
                .forEach(
                        state -> items.add(fields.isEmpty() ? details.summary(state) : details.summary(state, fields)));
        return Responses.json(body);
    }

    private HttpResponse read(Request request) {
        return Responses.json(details.whole(state(request)));
    }

    private HttpResponse change(AppState state) {
        return Responses.json(details.summary(state));
    }

    private HttpResponse rollBack(Request request) {
        JsonNode to =
                request.body().length == 0 ? JSON.missingNode() : request.json().path("to");
        if (!to.isMissingNode() && !(to.isIntegralNumber() && to.canConvertToInt() && to.intValue() > 0)) {
            throw Problem.invalid("to: " + to + " (expected: the number of a version, or none for the one before)");
        }
        return Responses.json(details.whole(deployments.rollBack(
                workload(request), to.asInt(0), request.caller().ref().toString())));
    }

    private HttpResponse undeploy(Request request) {
        WorkloadRef workload = workload(request);
        if (!deployments.undeploy(workload)) {
            throw Problem.notFound("workload " + workload + ": nothing is deployed");
        }
        return Responses.empty(204);
    }

    private HttpResponse series(Request request) {
        WorkloadRef workload = state(request).workload();
        int seconds = seconds(request);
        int step = Math.max(1, seconds / 180);
        ObjectNode body = JSON.objectNode();
        body.put("stepSeconds", step);
        ObjectNode byStatus = JSON.objectNode();
        ObjectNode latency = JSON.objectNode();
        ArrayNode p50 = latency.putArray("p50");
        ArrayNode p99 = latency.putArray("p99");
        Instant from = Instant.now().minusSeconds(seconds);
        TrafficStats.Series series = traffic.series(workload, seconds, step).orElse(null);
        if (series != null) {
            from = series.from();
            series.byStatus().forEach((status, counts) -> {
                ArrayNode values = byStatus.putArray(Integer.toString(status));
                counts.forEach(values::add);
            });
            series.p50Millis().forEach(value -> add(p50, value));
            series.p99Millis().forEach(value -> add(p99, value));
        }
        body.put("from", from.toString());
        body.set("series", byStatus);
        body.set("latencyMs", latency);
        return Responses.json(body);
    }

    private static void add(ArrayNode values, double value) {
        if (Double.isFinite(value)) {
            values.add(Facts.finite(value));
        } else {
            values.addNull();
        }
    }

    private void trafficStream(Request request, EventSink sink) throws InterruptedException {
        WorkloadRef workload = state(request).workload();
        while (sink.open()) {
            ObjectNode event = JSON.objectNode();
            event.put("at", Instant.now().toString());
            TrafficStats.Summary now = traffic.summary(workload, 2).orElse(null);
            event.put("rps", now == null ? 0 : Facts.finite(now.requestsPerSecond()));
            ObjectNode byCode = event.putObject("byCode");
            if (now != null) {
                now.byStatus().forEach((status, count) -> byCode.put(Integer.toString(status), count / 2.0));
            }
            event.put("p50Ms", now == null ? 0 : Facts.finite(now.p50Millis()));
            event.put("p99Ms", now == null ? 0 : Facts.finite(now.p99Millis()));
            sink.send("traffic", event.toString());
            Thread.sleep(Duration.ofSeconds(1));
        }
    }

    /** Sends the kept lines and, unless {@code follow=false}, every new one; a client too slow loses lines, and hears so. */
    private void logStream(Request request, EventSink sink) throws InterruptedException {
        WorkloadRef workload = workload(request);
        long after = number(request, "after", 0);
        LogRing ring = apps.log(workload);
        if (request.query("follow").orElse("true").equals("false")) {
            for (LogLine line : ring.after(after)) {
                send(sink, line);
            }
            sink.send("end", "{}");
            return;
        }
        BlockingQueue<LogLine> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
        try (LogRing.Subscription subscription = ring.listen(after, queue::offer)) {
            long last = after;
            while (sink.open() && subscription != null) {
                LogLine line = queue.poll(1, TimeUnit.SECONDS);
                if (line == null) {
                    continue;
                }
                if (line.id() > last + 1 && last >= ring.firstId()) {
                    ObjectNode gap = JSON.objectNode().put("missed", line.id() - last - 1);
                    sink.send("gap", gap.toString());
                }
                last = line.id();
                send(sink, line);
            }
        }
    }

    private static void send(EventSink sink, LogLine line) throws InterruptedException {
        ObjectNode event = JSON.objectNode();
        event.put("id", line.id());
        event.put("at", line.at().toString());
        event.put("stream", line.stream().id());
        event.put("component", line.component().isEmpty() ? null : line.component());
        event.put("text", line.text());
        sink.send(Long.toString(line.id()), "log", event.toString());
    }

    private AppState state(Request request) {
        WorkloadRef workload = workload(request);
        return apps.state(workload)
                .orElseThrow(() -> Problem.notFound("workload " + workload + ": nothing is deployed"));
    }

    private static WorkloadRef workload(Request request) {
        return new WorkloadRef(request.path("namespace"), request.path("name"));
    }

    private static int seconds(Request request) {
        long seconds = number(request, "seconds", 900);
        if (seconds < 10 || seconds > TrafficStats.SECONDS) {
            throw Problem.invalid("seconds: " + seconds + " (expected: 10 to " + TrafficStats.SECONDS + ")");
        }
        return (int) seconds;
    }

    private static long number(Request request, String name, long otherwise) {
        String text = request.query(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Problem.invalid(name + ": \"" + text + "\" (expected: a whole number)");
        }
    }
}
