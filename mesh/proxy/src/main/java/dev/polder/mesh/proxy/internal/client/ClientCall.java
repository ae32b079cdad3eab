package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.TunnelProtocol;
import dev.polder.mesh.proxy.BodyWriter;
import dev.polder.mesh.proxy.ClientExchange;
import dev.polder.mesh.proxy.ClientRequest;
import dev.polder.mesh.proxy.ClientResponse;
import dev.polder.mesh.proxy.EgressPolicy;
import dev.polder.mesh.proxy.HttpBody;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.ResponseListener;
import dev.polder.mesh.proxy.internal.http.BadMessage;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.HeaderRules;
import dev.polder.mesh.proxy.internal.http.Http1ClientConnection;
import dev.polder.mesh.proxy.internal.http.IncomingBody;
import dev.polder.mesh.proxy.internal.http.NoBody;
import dev.polder.mesh.proxy.internal.http.OutgoingBody;
import dev.polder.mesh.proxy.internal.http.ResponseHandler;
import dev.polder.mesh.proxy.internal.http.UpstreamExchange;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.upstream.ClusterTarget;
import dev.polder.mesh.proxy.internal.upstream.Upstream;
import dev.polder.mesh.proxy.internal.upstream.UpstreamFailure;
import dev.polder.mesh.proxy.internal.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request of a caller, from its name to the end of its response.
 *
 * <pre>
 *   RESOLVING ──address──▶ CONNECTING ──connection──▶ WAITING ──response head──▶ ANSWERING ──end──▶ ENDED
 *       │                    │  ▲ ▲                     │
 *       │                    │  │ └─stale───────────────┘ (idempotent, no body, no byte of an answer: once)
 *       │                    │  └─next address (refused, not TLS)
 *       └─failed, cancelled, too late, from any state─▶ ENDED
 * </pre>
 *
 * What a caller does comes from any thread; all else is on one event loop.
 */
final class ClientCall
        implements ClientExchange, ResponseHandler, IncomingBody.Owner, OutgoingBody.Owner, CallClock.Watched {

    private enum State {
        RESOLVING,
        CONNECTING,
        WAITING,
        ANSWERING,
        ENDED
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClientCall.class);
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Caller caller;
    private final CallerLoop loop;
    private final ClientRequest request;
    private final EgressPolicy egress;
    private final ResponseListener listener;
    private final OutgoingBody outgoing;
    private final CallRecord record;
    private final CallClock clock;
    private final ArrayDeque<InetAddress> addresses = new ArrayDeque<>();

    private @Nullable String tlsName;
    private String place = "";
    private int outsidePort;
    private State state = State.RESOLVING;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamExchange connection;
    private @Nullable IncomingBody incoming;
    private boolean repeated;
    private int status;
    private long received;

    ClientCall(Caller caller, CallerLoop loop, ClientRequest request, EgressPolicy egress, ResponseListener listener) {
        this.caller = caller;
        this.loop = loop;
        this.request = request;
        this.egress = egress;
        this.listener = listener;
        this.outgoing = new OutgoingBody(loop.worker().loop(), this, request.bodyLength(), false);
        this.record = new CallRecord(caller, request);
        this.clock = new CallClock(loop.worker().loop(), request.timeouts(), this);
    }

    // ---- from any thread

    @Override
    public BodyWriter body() {
        return outgoing;
    }

    @Override
    public void cancel() {
        loop.worker().run(() -> fail(HttpFailure.Kind.CANCELLED, "the caller gave the request up"));
    }

    /** The event loop has ended already. */
    void neverStarted() {
        state = State.ENDED;
        outgoing.close();
        caller.ended();
        failed(new HttpFailure(HttpFailure.Kind.CANCELLED, "the proxy was closed"));
    }

    // ---- where it goes

    /**
     * @param room whether the caller may have one more request under way
     */
    void start(boolean room) {
        if (request.bodyLength() == 0) {
            outgoing.close();
        }
        HttpFailure wrong = RequestCheck.wrong(request, caller.limits());
        Authority to = Authority.parse(request.authority());
        if (wrong != null) {
            fail(wrong);
        } else if (to == null) {
            fail(HttpFailure.Kind.HTTP_REQUEST_URI_INVALID, "authority: \"" + request.authority() + "\"");
        } else if (!room) {
            fail(
                    HttpFailure.Kind.CONNECTION_LIMIT_REACHED,
                    "requests: " + caller.limits().requests() + " under way already");
        } else if (caller.isClosed()) {
            fail(HttpFailure.Kind.CANCELLED, "the client was closed");
        } else {
            clock.connecting();
            resolve(to);
        }
    }

    private void resolve(Authority to) {
        boolean https = request.scheme().equals("https");
        Service service = caller.service(to.host());
        if (service != null) {
            balance(service, to.port(), https);
            return;
        }
        if (MeshNames.isOfMesh(to.host())) {
            fail(HttpFailure.Kind.DNS_ERROR, "host \"" + to.host() + "\": no such service");
            return;
        }
        int port = to.port() != 0 ? to.port() : https ? HTTPS_PORT : HTTP_PORT;
        // the resolver blocks; one virtual thread per request under way, whose number is limited
        Thread.ofVirtual().name("resolve").start(() -> {
            Outside found = Outside.resolve(to.host(), port, egress);
            loop.worker().run(() -> resolved(to.host(), port, https, found));
        });
    }

    private void balance(Service service, int asked, boolean https) {
        int port = asked != 0 ? asked : https ? HTTPS_PORT : HTTP_PORT;
        ClusterTarget target = caller.target(service, port);
        if (target == null && asked == 0 && https) {
            // the mesh's own TLS is below: https needs no port of its own
            target = caller.target(service, HTTP_PORT);
        }
        if (target == null) {
            fail(HttpFailure.Kind.DESTINATION_NOT_FOUND, "service " + service.key() + ": no port " + port);
            return;
        }
        record.target(target.series);
        Upstream picked = target.pick();
        if (picked == null) {
            fail(HttpFailure.Kind.DESTINATION_UNAVAILABLE, "service " + target.name + ": no healthy endpoint");
        } else {
            use(picked);
        }
    }

    private void resolved(String host, int port, boolean https, Outside found) {
        if (state != State.RESOLVING) {
            return;
        }
        record.target(caller.outside());
        if (found.failure() != null) {
            fail(found.failure());
            return;
        }
        addresses.addAll(found.addresses());
        tlsName = https ? host : null;
        place = host + ":" + port;
        outsidePort = port;
        next();
    }

    /** Goes on with the next address outside the mesh. */
    private void next() {
        Upstream.Key key = new Upstream.Key(
                new InetSocketAddress(addresses.remove(), outsidePort),
                TunnelProtocol.NONE,
                null,
                null,
                place,
                tlsName,
                false);
        use(loop.pools().outside(key, caller.outsideLabels(), caller.outside()));
    }

    private void use(Upstream picked) {
        upstream = picked;
        record.upstream(picked);
        state = State.CONNECTING;
        UpstreamPool pool = loop.pools().pool(picked);
        UpstreamExchange resting = pool.takeResting();
        if (resting != null) {
            send(resting);
        } else {
            connect(pool, picked);
        }
    }

    private void connect(UpstreamPool pool, Upstream to) {
        pool.connect(new UpstreamPool.Taker() {
            @Override
            public void connected(UpstreamExchange made) {
                if (state == State.CONNECTING && upstream == to) {
                    send(made);
                } else {
                    made.release();
                }
            }

            @Override
            public void notConnected(UpstreamFailure failure) {
                if (state != State.CONNECTING || upstream != to) {
                    return;
                }
                if (!addresses.isEmpty() && failure.kind() != HttpFailure.Kind.TLS_CERTIFICATE_ERROR) {
                    next();
                } else {
                    fail(failure.kind(), to.key.service() + ": " + failure.why());
                }
            }
        });
    }

    @SuppressWarnings("ReferenceEquality") // an exchange is one object
    private void send(UpstreamExchange to) {
        state = State.WAITING;
        connection = to;
        clock.waiting();
        boolean chunked = request.bodyLength() < 0;
        boolean complete = request.bodyLength() == 0;
        RequestCheck.write(request, loop.worker().scratch().local, loop.writer());
        to.send(loop.writer(), request.method().equals("HEAD"), complete, chunked, this);
        if (!complete && connection == to) {
            to.flush();
            outgoing.attach(to);
        }
    }

    // ---- the request's body

    @Override
    public void onWritten(@Nullable Head trailers) {
        UpstreamExchange to = connection;
        if (to != null) {
            to.end(trailers);
        }
    }

    @Override
    public void onWriterFailed(HttpFailure failure) {
        fail(failure);
    }

    @Override
    public void onUpstreamWritabilityChanged() {
        outgoing.writable();
    }

    // ---- the response

    @Override
    public void onInterim(Head head) {
        listener.onInterim(head.status(), HeaderRules.endToEnd(head));
    }

    @Override
    public void onResponse(Head head, boolean hasBody) {
        UpstreamExchange from = connection;
        if (from == null) {
            return;
        }
        state = State.ANSWERING;
        status = head.status();
        HttpBody body = NoBody.INSTANCE;
        if (hasBody) {
            incoming = new IncomingBody(
                    loop.worker().loop(), from, this, head.length() < 0 ? HttpBody.UNKNOWN : head.length());
            body = incoming;
            clock.answering();
        }
        ClientResponse response = new ClientResponse(status, HeaderRules.endToEnd(head), body);
        try {
            listener.onResponse(response);
        } catch (RuntimeException e) {
            LOG.error("client: its listener failed", e);
            fail(HttpFailure.Kind.INTERNAL_ERROR, "the listener failed");
        }
    }

    @Override
    public void onResponseBody(ByteBuf bytes) {
        IncomingBody to = incoming;
        if (state != State.ANSWERING || to == null) {
            bytes.release();
            return;
        }
        received += bytes.readableBytes();
        if (received > caller.limits().responseBytes()) {
            bytes.release();
            fail(
                    HttpFailure.Kind.HTTP_RESPONSE_BODY_SIZE,
                    "response: over " + caller.limits().responseBytes() + " bytes");
        } else {
            to.arrived(bytes);
        }
    }

    @Override
    public void onResponseReadComplete() {
        if (incoming != null) {
            incoming.settle();
        }
    }

    @Override
    public void onResponseEnd(@Nullable Head trailers) {
        connection = null;
        IncomingBody to = incoming;
        end(null);
        if (to != null) {
            to.ended(trailers);
        }
    }

    @Override
    public void onUpgraded(Head head, ByteStream stream, @Nullable ByteBuf ahead) {
        connection = null;
        if (ahead != null) {
            ahead.release();
        }
        stream.abort();
        fail(HttpFailure.Kind.HTTP_UPGRADE_FAILED, "the server switched protocols without being asked");
    }

    @Override
    public void onUpstreamGone(boolean untouched, boolean malformed, @Nullable Throwable cause) {
        UpstreamExchange lost = connection;
        connection = null;
        Upstream to = upstream;
        if (state == State.WAITING && untouched && lost != null && !repeated && to != null && isRepeatable(lost)) {
            repeated = true;
            state = State.CONNECTING;
            connect(loop.pools().pool(to), to);
            return;
        }
        if (malformed) {
            boolean tooLong = cause instanceof BadMessage bad && bad.isTooLong();
            fail(
                    tooLong ? HttpFailure.Kind.HTTP_RESPONSE_HEADER_SECTION_SIZE : HttpFailure.Kind.HTTP_PROTOCOL_ERROR,
                    "response: " + (cause == null ? "not HTTP" : cause.getMessage()));
        } else {
            fail(
                    state == State.WAITING && untouched
                            ? HttpFailure.Kind.CONNECTION_TERMINATED
                            : HttpFailure.Kind.HTTP_RESPONSE_INCOMPLETE,
                    "the server " + (cause == null ? "closed the connection" : cause.getMessage()));
        }
    }

    /** A connection that had gone stale loses idempotent requests; what the server refused to look at may be anything. */
    private boolean isRepeatable(UpstreamExchange lost) {
        boolean bodiless = request.bodyLength() == 0;
        return lost.refused()
                ? bodiless || (outgoing.isOpen() && outgoing.written() == 0)
                : bodiless && lost.used() && Http1ClientConnection.isIdempotent(request.method());
    }

    @Override
    public void onFirstDemand() {
        // nobody waits for leave to send
    }

    @Override
    public void onReaderGone() {
        fail(HttpFailure.Kind.CANCELLED, "the reader gave the response up");
    }

    // ---- time

    @Override
    public void onTooLate(HttpFailure failure) {
        fail(failure);
    }

    @Override
    public boolean isResolving() {
        return state == State.RESOLVING;
    }

    @Override
    public OutgoingBody outgoing() {
        return outgoing;
    }

    @Override
    public @Nullable IncomingBody incoming() {
        return incoming;
    }

    // ---- ends

    private void fail(HttpFailure.Kind kind, String detail) {
        fail(new HttpFailure(kind, detail));
    }

    /** Ends the call; who still waits hears why. */
    void fail(HttpFailure failure) {
        if (state == State.ENDED) {
            return;
        }
        boolean answered = state == State.ANSWERING;
        IncomingBody to = incoming;
        UpstreamExchange from = connection;
        connection = null;
        end(failure);
        if (from != null) {
            from.cancel();
        }
        if (to != null) {
            to.broken(failure);
        } else if (!answered) {
            failed(failure);
        }
    }

    private void failed(HttpFailure failure) {
        try {
            listener.onFailed(failure);
        } catch (RuntimeException e) {
            LOG.error("client: its listener failed", e);
        }
    }

    private void end(@Nullable HttpFailure failure) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        clock.stop();
        outgoing.close();
        loop.ended(this);
        caller.ended();
        record.end(status, outgoing.written(), received, failure);
    }
}
