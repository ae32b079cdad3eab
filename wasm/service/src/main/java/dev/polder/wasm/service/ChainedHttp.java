package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.AllowedHosts;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpErrorCode;
import dev.polder.wasm.wasi.p2.http.HttpFailure;
import dev.polder.wasm.wasi.p2.http.HttpField;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.http.RequestHead;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one instance: those to its own app stay in the process, all others go outside.
 *
 * <p>To {@code COMPONENT.spin.internal} answers that component, by whatever path, also when its route is private; to
 * {@code self.alt}, or to no host at all, answers the route that matches the path. Both need a grant in {@code
 * allowed_outbound_hosts} ({@code http://COMPONENT.spin.internal}, {@code http://self}). The host of the request that
 * came in plays no part in it, so nobody outside can say where such a request goes. Source: Spin's outbound HTTP and its
 * service chaining (SIP 017).
 *
 * @param outside for everything else
 * @param version the one that the instance is of
 * @param came the request that it answers; of an event one that nobody sent
 * @param depth how many calls of the app to itself led to the instance
 */
record ChainedHttp(
        App app, OutgoingHttp outside, OutboundPolicy allowed, ServingVersion version, HttpRequestData came, int depth)
        implements OutgoingHttp {

    /** How many calls of an app to itself may lie in one another. */
    static final int MAX_DEPTH = 10;

    private static final String SELF = "self.alt";

    /** Of an instance that answers a request. */
    static ChainedHttp ofRequest(App app, ComponentGrants grants, Exchange came) {
        return new ChainedHttp(app, grants.http(), grants.outbound(), came.version(), came.request(), came.depth());
    }

    /** Of an instance that handles an event. */
    static ChainedHttp ofEvent(App app, ComponentGrants grants, ServingVersion version) {
        return new ChainedHttp(app, grants.http(), grants.outbound(), version, HttpRequestData.get(SELF, "/"), 0);
    }

    @Override
    public CompletableFuture<Response> send(Request request) {
        return outside.send(request);
    }

    @Override
    public boolean connectsByName() {
        return outside.connectsByName();
    }

    @Override
    public void denied(String why) {
        var _ = app.observed()
                .line(LogLine.Stream.STDERR, "", why, version.limits().logBytesPerSecond());
    }

    @Override
    public Optional<Inner> inner(RequestHead head) throws HttpFailure {
        String scheme = head.scheme().orElse(came.scheme());
        String authority = head.authority().orElse("");
        int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        String component = AllowedHosts.internalComponent(host);
        if (component == null && !host.isEmpty() && !host.equalsIgnoreCase(SELF)) {
            return Optional.empty();
        }
        boolean granted = component == null
                ? allowed.allowsSelf(scheme)
                : allowed.find(scheme, host, colon < 0 ? -1 : port(authority.substring(colon + 1)))
                        .isPresent();
        if (!granted) {
            denied(scheme + "://" + (component == null ? "self" : host)
                    + " is not allowed (expected: a host of allowed_outbound_hosts)");
            throw new HttpFailure(new HttpErrorCode.HttpRequestDenied());
        }
        if (depth >= MAX_DEPTH) {
            throw new HttpFailure(new HttpErrorCode.LoopDetected());
        }
        ServingVersion.Target target =
                component == null ? null : version.components().get(component);
        if (component != null && target == null) {
            throw new HttpFailure(new HttpErrorCode.DestinationNotFound());
        }
        HttpRequestData request = request(head, scheme, component == null ? came.authority() : host);
        return Optional.of((body, _) -> send(target, request, body));
    }

    private static int port(String text) throws HttpFailure {
        if (!text.matches("[0-9]{1,5}")) {
            throw new HttpFailure(new HttpErrorCode.HttpRequestUriInvalid());
        }
        return Integer.parseInt(text);
    }

    private HttpRequestData request(RequestHead head, String scheme, String authority) {
        List<HttpHeader> headers = new ArrayList<>(head.headers().size());
        for (HttpField field : head.headers()) {
            headers.add(new HttpHeader(field.name(), new String(field.value(), StandardCharsets.ISO_8859_1)));
        }
        String target = head.pathWithQuery().orElse("/");
        return new HttpRequestData(
                head.method(),
                scheme,
                authority,
                target.startsWith("/") ? target : "/" + target,
                "HTTP/1.1",
                headers,
                new byte[0],
                came.remoteAddress(),
                came.remotePort());
    }

    private CompletableFuture<Response> send(
            ServingVersion.@Nullable Target target, HttpRequestData request, HttpBody body) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        AppCall call = new AppCall();
        Answer answer = new Answer(new AppResponder() {
            @Override
            public void respond(int status, List<HttpHeader> headers, HttpBody answered) {
                response.complete(new Response(status, fields(headers), answered));
            }

            @Override
            public void fail(Problem problem) {
                byte[] words = String.valueOf(problem.getMessage()).getBytes(StandardCharsets.UTF_8);
                response.complete(new Response(
                        problem.code().httpStatus(),
                        fields(List.of(new HttpHeader("content-type", "text/plain; charset=utf-8"))),
                        HttpBody.of(words)));
            }
        });
        app.chained(target, new Exchange(version, request, body, answer, call, depth + 1, System.nanoTime()));
        var _ = response.whenComplete((_, _) -> {
            if (response.isCancelled()) {
                call.cancel();
            }
        });
        return response;
    }

    private static List<HttpField> fields(List<HttpHeader> headers) {
        return headers.stream()
                .map(header -> new HttpField(header.name(), header.value().getBytes(StandardCharsets.ISO_8859_1)))
                .toList();
    }
}
