package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.LocalHttpHandler;
import dev.polder.mesh.proxy.LocalRequest;
import dev.polder.mesh.proxy.LocalResponder;
import dev.polder.mesh.proxy.WholeBody;
import dev.polder.wasm.service.HttpRequestData;
import dev.polder.wasm.service.HttpResponseData;
import dev.polder.wasm.service.WasmApps;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;

/** Hands what arrives for a workload at the end of its tunnel to the app that is deployed as it. */
public final class WasmInbound implements LocalHttpHandler {

    /** Apps take their requests whole, so somebody has to say how large. */
    private static final int BODY_LIMIT = 16 << 20;

    private final WorkloadRef workload;
    private final WasmApps apps;
    private final LocalHttpHandler whole = WholeBody.upTo(BODY_LIMIT, this::handle);

    public WasmInbound(WorkloadRef workload, WasmApps apps) {
        this.workload = workload;
        this.apps = apps;
    }

    @Override
    public void handle(LocalRequest request, LocalResponder responder) {
        whole.handle(request, responder);
    }

    private void handle(LocalRequest request, byte[] body, LocalResponder responder) {
        apps.handle(workload, toWasm(request, body)).whenComplete((response, failure) -> {
            if (failure == null) {
                responder.respond(response.status(), headers(response), response.body());
            } else {
                responder.fail(problem(failure));
            }
        });
    }

    private static HttpRequestData toWasm(LocalRequest request, byte[] body) {
        List<dev.polder.wasm.service.HttpHeader> headers =
                new ArrayList<>(request.headers().size());
        String scheme = "http";
        String client = "";
        for (HttpHeader header : request.headers()) {
            headers.add(new dev.polder.wasm.service.HttpHeader(header.name(), header.value()));
            switch (header.name().toLowerCase(Locale.ROOT)) {
                case "x-forwarded-proto" -> scheme = header.value().equals("https") ? "https" : "http";
                case "x-forwarded-for" -> client = lastHop(header.value());
                default -> {}
            }
        }
        InetSocketAddress remote = request.remoteAddress();
        String address = !client.isEmpty()
                ? client
                : remote == null ? "" : remote.getAddress().getHostAddress();
        return new HttpRequestData(
                request.method(),
                scheme,
                request.authority(),
                request.path(),
                "HTTP/1.1",
                headers,
                body,
                address,
                remote == null ? 0 : remote.getPort());
    }

    /** The address that the gateway itself added; what stands before it was claimed by the client. */
    private static String lastHop(String forwardedFor) {
        return forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
    }

    private static List<HttpHeader> headers(HttpResponseData response) {
        List<HttpHeader> headers = new ArrayList<>(response.headers().size());
        for (dev.polder.wasm.service.HttpHeader header : response.headers()) {
            headers.add(new HttpHeader(header.name(), header.value()));
        }
        return headers;
    }

    private static Problem problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Problem problem
                ? problem
                : Problem.internal("the workload failed: " + cause.getMessage(), cause);
    }
}
