package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.LocalHttpHandler;
import dev.polder.mesh.proxy.LocalRequest;
import dev.polder.mesh.proxy.LocalResponder;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.service.AppCall;
import dev.polder.wasm.service.AppResponder;
import dev.polder.wasm.service.HttpRequestData;
import dev.polder.wasm.service.HttpResponseData;
import dev.polder.wasm.service.WasmApps;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Hands what arrives for a workload at the end of its tunnel to the app that is deployed as it; bodies stream both ways. */
public final class WasmInbound implements LocalHttpHandler {

    private static final byte[] NOTHING = {};

    private final WorkloadRef workload;
    private final WasmApps apps;

    public WasmInbound(WorkloadRef workload, WasmApps apps) {
        this.workload = workload;
        this.apps = apps;
    }

    @Override
    public void handle(LocalRequest request, LocalResponder responder) {
        AppCall call =
                apps.handle(workload, toWasm(request), WasmBodies.toWasm(request.body()), new Responder(responder));
        responder.onCancel(call::cancel);
    }

    private record Responder(LocalResponder to) implements AppResponder {

        @Override
        public void informational(int status, List<dev.polder.wasm.service.HttpHeader> headers) {
            to.interim(status, headers(headers));
        }

        @Override
        public void respond(int status, List<dev.polder.wasm.service.HttpHeader> headers, HttpBody body) {
            WasmBodies.send(body, to.respond(status, headers(headers)));
        }

        @Override
        public void respond(HttpResponseData whole) {
            GuestExecutor.soon(to.respondLazily(whole.status(), headers(whole.headers()), whole.body()));
        }

        @Override
        public void fail(Problem problem) {
            to.fail(problem);
        }
    }

    private static HttpRequestData toWasm(LocalRequest request) {
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
                NOTHING,
                address,
                remote == null ? 0 : remote.getPort());
    }

    /** The address that the gateway itself added; what stands before it was claimed by the client. */
    private static String lastHop(String forwardedFor) {
        return forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
    }

    private static List<HttpHeader> headers(List<dev.polder.wasm.service.HttpHeader> given) {
        List<HttpHeader> headers = new ArrayList<>(given.size());
        for (dev.polder.wasm.service.HttpHeader header : given) {
            headers.add(new HttpHeader(header.name(), header.value()));
        }
        return headers;
    }
}
