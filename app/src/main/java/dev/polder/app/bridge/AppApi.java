package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.WasmApps;
import java.net.URI;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/polder/workloads/{namespace}/{name}/app}: a Wasm app from the inside, and a request to it to try it. */
public final class AppApi {

    private final WasmApps apps;
    private final AppDetails details;
    private final TryOut tryOut;
    private final Function<WorkloadRef, String> urls;

    /** @param urls the gateway's URL of a workload */
    public AppApi(WasmApps apps, AppDetails details, TryOut tryOut, Function<WorkloadRef, String> urls) {
        this.apps = apps;
        this.details = details;
        this.tryOut = tryOut;
        this.urls = urls;
    }

    public Routes routes() {
        String one = "/workloads/{namespace}/{name}";
        return new Routes("/api/polder", ErrorBody.problem())
                .get(one + "/app", request -> Responses.json(details.whole(state(request))))
                .post(one + "/try", this::tryOut); // writes: what an app does when it is called is not known
    }

    private HttpResponse tryOut(Request request) {
        AppState state = state(request);
        WorkloadRef workload = state.workload();
        JsonNode given = request.json();
        ObjectNode answer = tryOut.send(
                URI.create(urls.apply(workload)).getAuthority(), state.limits().wallTime(), given);
        apps.log(workload)
                .add(
                        LogLine.Stream.ACCESS,
                        "tried by " + request.caller().ref() + ": "
                                + given.path("method").asString("GET") + " "
                                + given.path("path").asString("").replaceFirst("\\?.*", "?…") + " answered "
                                + answer.path("status").asInt() + " in "
                                + answer.path("totalMillis").asString() + " ms");
        return Responses.json(answer);
    }

    private AppState state(Request request) {
        WorkloadRef workload = new WorkloadRef(request.path("namespace"), request.path("name"));
        return apps.state(workload)
                .orElseThrow(() -> Problem.notFound("workload " + workload + ": nothing is deployed"));
    }
}
