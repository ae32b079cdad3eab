package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.ListenerPort;
import dev.polder.mesh.config.RouteEntry;
import dev.polder.mesh.proxy.internal.http.BadMessage;
import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.Http1ClientConnection;
import dev.polder.mesh.proxy.internal.http.Http1ServerConnection;
import dev.polder.mesh.proxy.internal.http.LocalResponse;
import dev.polder.mesh.proxy.internal.http.RequestHandler;
import dev.polder.mesh.proxy.internal.http.RequestWriter;
import dev.polder.mesh.proxy.internal.http.ResponseHandler;
import dev.polder.mesh.proxy.internal.http.UpstreamExchange;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.Relay;
import dev.polder.mesh.proxy.internal.upstream.ClusterTarget;
import dev.polder.mesh.proxy.internal.upstream.Upstream;
import dev.polder.mesh.proxy.internal.upstream.UpstreamFailure;
import dev.polder.mesh.proxy.internal.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries one request at a time from a client to an upstream and the answer back. One object serves all requests of an
 * HTTP/1.1 connection, so a request allocates little more than the texts it is routed by.
 *
 * <pre>
 *   IDLE ──request──▶ CONNECTING ──connection──▶ WAITING ──response head──▶ ANSWERING ──end──▶ IDLE
 *     └─no route, redirect─▶ IDLE    │  ▲           │
 *                                    │  └─stale─────┘ (idempotent, no body, no byte of an answer: once)
 *                                    └─failed─▶ IDLE (503)
 * </pre>
 *
 * All calls on one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class GatewayExchange implements RequestHandler, ResponseHandler {

    private enum State {
        IDLE,
        CONNECTING,
        WAITING,
        ANSWERING
    }

    /** Without a timeout of the route: how long nothing may move in either direction. */
    private static final long STALL_NANOS = 60_000_000_000L;

    private final GatewayWorker worker;
    private final int listenerPort;
    private final RequestView view = new RequestView();
    private final RequestWriter writer = new RequestWriter();
    private final RequestHeaders headers = new RequestHeaders();
    private final ExchangeRecord record;

    private State state = State.IDLE;
    private int turn;
    private @Nullable Downstream downstream;
    private @Nullable UpstreamExchange connection;
    private @Nullable Upstream upstream;
    private @Nullable CompiledRule rule;
    private Edits backendEdits = Edits.NONE;
    private boolean isHead;
    private boolean chunked;
    private boolean repeatable;
    private boolean requestComplete;
    private boolean repeated;
    private boolean upstreamPaused;
    private boolean moved;
    private long movedAt;
    private @Nullable Head trailers;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> timer;

    GatewayExchange(GatewayWorker worker, int listenerPort) {
        this.worker = worker;
        this.listenerPort = listenerPort;
        this.record = new ExchangeRecord(worker.gateway());
    }

    // ---- the request

    @Override
    public void onRequest(Head head, boolean complete, Downstream client) {
        turn++;
        downstream = client;
        requestComplete = complete;
        repeated = false;
        upstreamPaused = false;
        moved = true;
        isHead = false;
        upstream = null;
        rule = null;
        backendEdits = Edits.NONE;
        record.begin();
        try {
            headers.absoluteForm(head);
            view.of(head);
        } catch (BadMessage bad) {
            answer(bad.status(), String.valueOf(bad.getMessage()), "-");
            return;
        }
        isHead = view.method().equals("HEAD");
        record.request(view, headers.requestId(head), client);
        if (view.method().equals("CONNECT")) {
            answer(405, "CONNECT: the gateway opens no tunnels for clients", "-");
            return;
        }
        Routing routing = worker.gateway().routing();
        List<ListenerPort> listeners = routing.port(listenerPort);
        RouteEntry entry = Routing.match(listeners, view);
        CompiledRule found = entry == null ? null : routing.rule(entry.rule());
        if (entry == null || found == null) {
            answer(404, "no route for host \"" + view.host() + "\" and path \"" + view.path() + "\"", "NR");
            return;
        }
        rule = found;
        HttpFilter.Redirect redirect = found.edits.redirect();
        if (redirect != null) {
            redirect(head, redirect, entry);
            return;
        }
        choose(head, entry, found);
    }

    private void choose(Head head, RouteEntry entry, CompiledRule found) {
        CompiledRule.Choice choice = found.pick();
        if (choice == null) {
            answer(500, "route " + found.rule.routeNamespace() + "/" + found.rule.routeName() + ": no backend", "NR");
            return;
        }
        ClusterTarget target = choice.target();
        if (target == null) {
            answer(500, "backend: " + choice.problem(), "NC");
            return;
        }
        HttpFilter.Redirect redirect = choice.edits().redirect();
        if (redirect != null) {
            redirect(head, redirect, entry);
            return;
        }
        record.target(target);
        Upstream picked = target.pick();
        if (picked == null) {
            answer(503, "service " + target.name + ": no healthy endpoint", "UH");
            return;
        }
        upstream = picked;
        backendEdits = choice.edits();
        record.upstream(picked);
        chunked = head.length() == Head.CHUNKED;
        repeatable = requestComplete && Http1ClientConnection.isIdempotent(view.method());
        Downstream client = client();
        headers.write(writer, head, view, entry, found.edits, backendEdits, client);
        if (found.timeoutNanos > 0) {
            int mine = turn;
            timer = worker.worker().loop().schedule(() -> timedOut(mine), found.timeoutNanos, TimeUnit.NANOSECONDS);
        }
        UpstreamPool pool = worker.pool(picked);
        UpstreamExchange resting = pool.takeResting();
        if (resting != null) {
            send(resting);
        } else {
            connect(pool, picked);
        }
    }

    private void connect(UpstreamPool pool, Upstream to) {
        state = State.CONNECTING;
        if (!requestComplete) {
            client().reading(false);
        }
        int mine = turn;
        pool.connect(new UpstreamPool.Taker() {
            @Override
            public void connected(UpstreamExchange made) {
                if (mine == turn && state == State.CONNECTING) {
                    if (!requestComplete) {
                        client().reading(true);
                    }
                    send(made);
                } else {
                    made.release();
                }
            }

            @Override
            public void notConnected(UpstreamFailure failure) {
                if (mine == turn && state == State.CONNECTING) {
                    if (failure.denied()) {
                        answer(403, "the policy of " + to.labels.workload() + " does not let the gateway in", "DENY");
                    } else {
                        answer(503, "upstream " + to.key.service() + ": " + failure.why(), failure.flag());
                    }
                }
            }
        });
    }

    @SuppressWarnings("ReferenceEquality") // an exchange is one object
    private void send(UpstreamExchange to) {
        state = State.WAITING;
        connection = to;
        boolean nothingMore = requestComplete && waiting.isEmpty() && !chunked;
        to.send(writer, isHead, nothingMore, chunked, this);
        if (nothingMore || connection != to) {
            return;
        }
        ByteBuf part;
        while ((part = waiting.poll()) != null) {
            to.body(part);
        }
        if (requestComplete) {
            to.end(trailers);
            trailers = null;
        } else {
            to.flush();
        }
    }

    @Override
    public void onRequestBody(ByteBuf bytes) {
        moved = true;
        record.received(bytes.readableBytes());
        UpstreamExchange to = connection;
        if (to == null) {
            if (state == State.CONNECTING) {
                waiting.add(bytes);
            } else {
                bytes.release();
            }
            return;
        }
        to.body(bytes);
        if (!to.isWritable()) {
            to.flush();
            if (!to.isWritable() && downstream != null) {
                downstream.reading(false);
            }
        }
    }

    @Override
    public void onRequestEnd(@Nullable Head lines) {
        requestComplete = true;
        UpstreamExchange to = connection;
        if (to != null) {
            to.end(lines);
        } else {
            trailers = lines;
        }
    }

    @Override
    public void onRequestReadComplete() {
        UpstreamExchange to = connection;
        if (to != null && !requestComplete) {
            to.flush();
        }
    }

    @Override
    public void onDownstreamWritabilityChanged() {
        UpstreamExchange from = connection;
        Downstream to = downstream;
        if (from != null && to != null) {
            upstreamPaused = !to.isWritable();
            from.reading(!upstreamPaused);
        }
    }

    @Override
    public void onDownstreamGone() {
        if (state == State.IDLE) {
            return;
        }
        record.flags("DC");
        // 499 is nginx' word for it: the client closed before there was an answer
        finish(state == State.ANSWERING ? record.status() : 499, null);
        dropConnection();
    }

    @Override
    public void onRefused(int status, String reason, Downstream client) {
        record.refused(status, reason, client);
    }

    // ---- the response

    @Override
    public void onInterim(Head head) {
        if (downstream != null) {
            downstream.interim(head);
        }
    }

    @Override
    public void onResponse(Head head, boolean hasBody) {
        moved = true;
        state = State.ANSWERING;
        record.status(head.status());
        CompiledRule applied = rule;
        if (applied != null) {
            applied.edits.applyTo(head);
        }
        backendEdits.applyTo(head);
        client().respond(head, hasBody);
    }

    @Override
    public void onResponseBody(ByteBuf bytes) {
        moved = true;
        record.sent(bytes.readableBytes());
        Downstream to = client();
        to.body(bytes);
        if (!to.isWritable()) {
            to.flush();
            UpstreamExchange from = connection;
            if (!to.isWritable() && from != null) {
                upstreamPaused = true;
                from.reading(false);
            }
        }
    }

    @Override
    public void onResponseReadComplete() {
        if (downstream != null) {
            downstream.flush();
        }
    }

    @Override
    public void onResponseEnd(@Nullable Head lines) {
        UpstreamExchange from = connection;
        if (upstreamPaused && from != null) {
            from.reading(true);
        }
        Downstream to = client();
        connection = null;
        finish(record.status(), null);
        // last: the client's next request may start in it
        to.end(lines);
    }

    @Override
    public void onUpstreamWritabilityChanged() {
        UpstreamExchange to = connection;
        if (to != null && downstream != null && !requestComplete) {
            downstream.reading(to.isWritable());
        }
    }

    @Override
    public void onUpgraded(Head head, ByteStream stream, @Nullable ByteBuf ahead) {
        Downstream to = client();
        connection = null;
        record.status(101);
        ByteStream bare = to.upgrade(head);
        if (bare == null) {
            if (ahead != null) {
                ahead.release();
            }
            stream.abort();
            answer(502, "upstream switched protocols on a connection that cannot", "UPE");
            return;
        }
        cancelTimer();
        ExchangeRecord.Upgraded ended = record.upgraded();
        state = State.IDLE;
        downstream = null;
        Relay relay = Relay.start(bare, stream, ended);
        ByteBuf held = to instanceof Http1ServerConnection http1 ? http1.takeHeld() : null;
        if (held != null) {
            relay.feedFirst(held);
        }
        if (ahead != null) {
            relay.feedSecond(ahead);
        }
    }

    @Override
    public void onUpstreamGone(boolean untouched, boolean malformed, @Nullable Throwable cause) {
        UpstreamExchange lost = connection;
        connection = null;
        Upstream to = upstream;
        if (state == State.WAITING
                && untouched
                && repeatable
                && !repeated
                && to != null
                && lost != null
                && (lost.used() || lost.refused())) {
            // the upstream closed a resting connection while our request was on its way
            repeated = true;
            connect(worker.pool(to), to);
            return;
        }
        String why = cause == null ? "closed the connection" : String.valueOf(cause.getMessage());
        if (state == State.ANSWERING) {
            record.flags(malformed ? "UPE" : "UC");
            Downstream client = client();
            finish(record.status(), "upstream broke off: " + why);
            client.cut();
        } else if (state == State.WAITING) {
            answer(502, "upstream " + (to == null ? "" : to.key.service()) + " " + why, malformed ? "UPE" : "UC");
        }
    }

    // ---- time

    private void timedOut(int of) {
        if (of == turn && state != State.IDLE) {
            tooLate("the route's timeout passed");
        }
    }

    @Override
    public void onSweep(long now) {
        if (moved) {
            moved = false;
            movedAt = now;
        } else if (state != State.IDLE && now - movedAt > STALL_NANOS) {
            tooLate("nothing moved for " + STALL_NANOS / 1_000_000_000 + " s");
        }
    }

    private void tooLate(String why) {
        if (state == State.ANSWERING) {
            record.flags("UT");
            Downstream client = client();
            finish(record.status(), why);
            dropConnection();
            client.cut();
        } else {
            dropConnection();
            answer(504, why, "UT");
        }
    }

    // ---- ends

    private void redirect(Head head, HttpFilter.Redirect redirect, RouteEntry entry) {
        Downstream to = client();
        String location = Redirects.location(redirect, view, head, entry.path(), to.secure(), listenerPort);
        record.status(redirect.status());
        finish(redirect.status(), null);
        Head response = worker.worker().scratch().local;
        response.response(redirect.status()).add("location", location).add("content-length", "0");
        response.length(0);
        to.respond(response, false);
        to.end(null);
    }

    private void answer(int status, String detail, String flags) {
        Downstream to = client();
        boolean headOnly = isHead;
        record.flags(flags);
        record.status(status);
        finish(status, status >= 500 ? detail : null);
        LocalResponse.problem(worker.worker().scratch().local, status, detail, flags)
                .send(to, headOnly);
    }

    private void finish(int status, @Nullable String error) {
        state = State.IDLE;
        downstream = null;
        cancelTimer();
        ByteBuf part;
        while ((part = waiting.poll()) != null) {
            part.release();
        }
        trailers = null;
        record.end(status, error);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void dropConnection() {
        UpstreamExchange from = connection;
        connection = null;
        if (from != null) {
            from.cancel();
        }
    }

    private Downstream client() {
        Downstream client = downstream;
        if (client == null) {
            throw new IllegalStateException("exchange: no client in state " + state);
        }
        return client;
    }
}
