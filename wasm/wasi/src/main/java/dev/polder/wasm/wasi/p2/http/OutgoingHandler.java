package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.sockets.NameResolver;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The interface {@code wasi:http/outgoing-handler}: checks, looks up, and hands over to an {@link OutgoingHttp}. */
public final class OutgoingHandler {

    private final GuestIo io;
    private final OutgoingHttp http;
    private final OutboundPolicy policy;
    private final NameResolver resolver;
    private final Timeouts timeouts;
    private final int maxConnections;
    private final AtomicInteger connections = new AtomicInteger();

    /**
     * @param timeouts the longest that a guest may ask for
     * @param maxConnections exchanges under way at a time
     */
    public OutgoingHandler(
            GuestIo io,
            OutgoingHttp http,
            OutboundPolicy policy,
            NameResolver resolver,
            Timeouts timeouts,
            int maxConnections) {
        this.io = io;
        this.http = http;
        this.policy = policy;
        this.resolver = resolver;
        this.timeouts = timeouts;
        this.maxConnections = maxConnections;
    }

    /**
     * Sends a request. What the allow-list does not have is refused before any packet; the guest hears of it by the response
     * that it waits for, as in Spin, whose apps look there.
     */
    @Wit("handle")
    public Result<FutureIncomingResponse, HttpErrorCode> handle(
            OutgoingRequest request, Optional<RequestOptions> options) {
        Timeouts limits = options.map(given -> given.orElse(timeouts)).orElse(timeouts);
        options.ifPresent(RequestOptions::drop);
        HttpBody body = request.sentBody();
        RequestHead head = request.handOver();
        try {
            OutgoingHttp.Inner inner = http.inner(head).orElse(null);
            OutgoingHttp.Inner way = inner == null ? outside(head) : inner;
            Runnable release = connect();
            CompletableFuture<OutgoingHttp.Response> response = new CompletableFuture<OutgoingHttp.Response>()
                    .orTimeout(limits.connect().plus(limits.firstByte()).toNanos(), TimeUnit.NANOSECONDS);
            Thread.ofVirtual().name("guest-request").start(() -> send(response, way, body, limits));
            return Result.ok(new FutureIncomingResponse(io, response, limits, release));
        } catch (HttpFailure refused) {
            if (refused.code() instanceof HttpErrorCode.HttpRequestDenied) {
                // Runtimes of JavaScript and Python end when they cannot write, before they look at the response.
                body.chunks().subscribe(new Discarded());
                return Result.ok(
                        new FutureIncomingResponse(io, CompletableFuture.failedFuture(refused), limits, () -> {}));
            }
            request.refuse(refused.code());
            return Result.err(refused.code());
        }
    }

    private OutgoingHttp.Inner outside(RequestHead head) throws HttpFailure {
        Target target = Target.of(head);
        if (policy.find(target.scheme(), target.host(), target.port()).isEmpty()) {
            http.denied(target + " is not allowed (expected: a host of allowed_outbound_hosts)");
            throw new HttpFailure(new HttpErrorCode.HttpRequestDenied());
        }
        Predicate<InetAddress> permits =
                address -> policy.permits(target.scheme(), target.host(), target.port(), address);
        return (body, limits) -> {
            CompletableFuture<OutgoingHttp.Response> sent;
            try {
                List<InetAddress> addresses = http.connectsByName() ? List.of() : addresses(target.host(), permits);
                sent = http.send(new OutgoingHttp.Request(
                        head, target.scheme(), target.host(), target.port(), addresses, permits, body, limits));
            } catch (HttpFailure e) {
                sent = CompletableFuture.failedFuture(e);
            }
            var _ = sent.whenComplete((_, failure) -> {
                if (failure instanceof HttpFailure of && of.code() instanceof HttpErrorCode.DestinationIpProhibited) {
                    http.denied(target
                            + " leads to no address that may be connected to (expected: a public one, or one that"
                            + " allowed_outbound_hosts or wasm.outbound names)");
                }
            });
            return sent;
        };
    }

    private Runnable connect() throws HttpFailure {
        if (connections.incrementAndGet() > maxConnections) {
            connections.decrementAndGet();
            io.refused(GuestLimit.OUTBOUND_REQUESTS);
            throw new HttpFailure(new HttpErrorCode.ConnectionLimitReached());
        }
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (!released.getAndSet(true)) {
                connections.decrementAndGet();
            }
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // each end is tied to the other
    private void send(
            CompletableFuture<OutgoingHttp.Response> response, OutgoingHttp.Inner way, HttpBody body, Timeouts limits) {
        try {
            CompletableFuture<OutgoingHttp.Response> sent = way.send(body, limits);
            sent.whenComplete((value, failure) -> {
                if (failure != null) {
                    response.completeExceptionally(failure);
                } else {
                    response.complete(value);
                }
            });
            response.whenComplete((_, failure) -> {
                if (failure != null) {
                    sent.cancel(true);
                }
            });
        } catch (RuntimeException e) {
            response.completeExceptionally(e);
        }
    }

    private List<InetAddress> addresses(String host, Predicate<InetAddress> permits) throws HttpFailure {
        List<InetAddress> all;
        try {
            all = resolver.resolveOrParse(host);
        } catch (UnknownHostException e) {
            throw new HttpFailure(new HttpErrorCode.DnsError(
                    new HttpErrorCode.DnsErrorPayload(Optional.of("NXDOMAIN"), Optional.empty())));
        }
        List<InetAddress> permitted = all.stream().filter(permits).toList();
        if (permitted.isEmpty()) {
            throw new HttpFailure(new HttpErrorCode.DestinationIpProhibited());
        }
        return permitted;
    }

    /** Where a request goes. */
    private record Target(String scheme, String host, int port) {

        static Target of(RequestHead head) throws HttpFailure {
            String scheme = head.scheme().orElse("https");
            String authority = head.authority().orElse("");
            int colon = authority.lastIndexOf(':');
            boolean hasPort = colon >= 0 && authority.indexOf(']', colon) < 0;
            String host = hasPort ? authority.substring(0, colon) : authority;
            int port = hasPort ? port(authority.substring(colon + 1)) : scheme.equals("http") ? 80 : 443;
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (host.isEmpty() || port < 0 || (host.indexOf(':') >= 0 && !bracketed)) {
                throw new HttpFailure(new HttpErrorCode.HttpRequestUriInvalid());
            }
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new HttpFailure(new HttpErrorCode.HttpProtocolError());
            }
            return new Target(scheme, bracketed ? host.substring(1, host.length() - 1) : host, port);
        }

        @Override
        public String toString() {
            String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
            boolean usual = port == (scheme.equals("http") ? 80 : 443);
            return scheme + "://" + shown + (usual ? "" : ":" + port);
        }

        private static int port(String text) {
            if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            int port = Integer.parseInt(text);
            return port <= 65_535 ? port : -1;
        }
    }
}
