package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.LocalHttpHandler;
import dev.polder.mesh.proxy.LocalRequest;
import dev.polder.mesh.proxy.internal.http.Ascii;
import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.HeaderRules;
import dev.polder.mesh.proxy.internal.http.IncomingBody;
import dev.polder.mesh.proxy.internal.http.NoBody;
import dev.polder.mesh.proxy.internal.http.RequestHandler;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads a request inside a tunnel to a workload of this process, and its answer back. One at a time, on one event loop. */
final class LocalExchange implements RequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LocalExchange.class);
    private static final byte[] HEAD = Ascii.bytes("HEAD");

    /** nginx' word for it: the client closed before there was an answer. */
    private static final int CLIENT_GONE = 499;

    private final Inbound inbound;
    private final Worker worker;
    private final InboundWorkload target;
    private final LocalHttpHandler handler;
    private final SpiffeId peer;
    private final BooleanSupplier mayStay;
    private final RequestSeries series;
    private final WorkloadRef callee;
    private final WorkloadRef caller;

    private @Nullable LocalAnswer answer;
    private @Nullable IncomingBody body;
    private boolean expectsContinue;
    private int status;
    private long received;
    private long started;

    /** @param mayStay false when policies changed and the tunnel was cut, which ends the request that just came */
    LocalExchange(
            Inbound inbound,
            Worker worker,
            InboundWorkload target,
            LocalHttpHandler handler,
            SpiffeId peer,
            BooleanSupplier mayStay) {
        this.mayStay = mayStay;
        this.inbound = inbound;
        this.worker = worker;
        this.target = target;
        this.handler = handler;
        this.peer = peer;
        this.callee =
                new WorkloadRef(target.workload().namespace(), target.workload().workloadName());
        this.caller = new WorkloadRef(peer.namespace(), peer.serviceAccount());
        this.series = inbound.telemetry()
                .metrics()
                .requests(
                        Metrics.Reporter.DESTINATION,
                        PeerLabels.source(inbound.sourceWorkload(peer), peer),
                        PeerLabels.destination(
                                target.workload(), target.workload().identity(), null),
                        "http",
                        true);
    }

    @Override
    public void onRequest(Head head, boolean complete, Downstream client) {
        if (!mayStay.getAsBoolean()) {
            return;
        }
        status = 0;
        received = 0;
        started = System.nanoTime();
        expectsContinue = head.expectsContinue();
        LocalAnswer responder = new LocalAnswer(this, worker, client, head.methodIs(HEAD));
        IncomingBody incoming = complete
                ? null
                : new IncomingBody(client.loop(), client, new Demand(client), Math.max(-1, head.length()));
        LocalRequest request = new LocalRequest(
                head.method(),
                head.target(),
                HeaderRules.endToEnd(head),
                incoming == null ? NoBody.INSTANCE : incoming,
                String.valueOf(head.host()),
                client.remoteAddress(),
                peer);
        answer = responder;
        body = incoming;
        try {
            handler.handle(request, responder);
        } catch (RuntimeException e) {
            LOG.error(
                    "workload {}: its handler failed on {} {}",
                    target.workload().uid(),
                    request.method(),
                    request.path(),
                    e);
            responder.fail(Problem.internal("the workload's handler failed", e));
        }
    }

    /** What the reader of a request's body sets off. */
    private final class Demand implements IncomingBody.Owner {

        private final Downstream client;

        Demand(Downstream client) {
            this.client = client;
        }

        @Override
        public void onFirstDemand() {
            if (expectsContinue && received == 0 && status == 0) {
                client.interim(worker.scratch().local.response(100));
            }
        }

        @Override
        public void onReaderGone() {
            // the rest is dropped as it comes; the answer may still be on its way
        }
    }

    @Override
    public void onRequestBody(ByteBuf bytes) {
        received += bytes.readableBytes();
        IncomingBody to = body;
        if (to == null) {
            bytes.release();
        } else {
            to.arrived(bytes);
        }
    }

    @Override
    public void onRequestEnd(@Nullable Head trailers) {
        IncomingBody to = body;
        if (to != null) {
            to.ended(trailers);
        }
    }

    /** Whether somebody still waits for that answer; on the event loop. */
    boolean isCurrent(LocalAnswer responder) {
        return answer == responder;
    }

    /** The head of the answer is about to be sent. */
    void status(int code) {
        status = code;
    }

    /** The answer is about to end: the next call may be the next request. */
    void finish(long sent) {
        answer = null;
        IncomingBody unread = body;
        body = null;
        long nanos = System.nanoTime() - started;
        series.add(status, "-", nanos, received, sent);
        if (!inbound.countedBySource(peer)) {
            inbound.telemetry().traffic().add(callee, caller, status, nanos, true);
        }
        if (unread != null) {
            unread.broken(new HttpFailure(HttpFailure.Kind.CANCELLED, "the exchange is over"));
        }
    }

    @Override
    public void onRequestReadComplete() {
        if (body != null) {
            body.settle();
        }
    }

    @Override
    public void onDownstreamWritabilityChanged() {
        if (answer != null) {
            answer.writable();
        }
    }

    @Override
    public void onDownstreamGone() {
        LocalAnswer waiting = answer;
        if (waiting != null) {
            status = status == 0 ? CLIENT_GONE : status;
            finish(waiting.written());
            waiting.cancelled();
        }
    }
}
