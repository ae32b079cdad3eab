package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.LocalHttpHandler;
import dev.polder.mesh.proxy.LocalRequest;
import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.LocalResponse;
import dev.polder.mesh.proxy.internal.http.RequestHandler;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers a request inside a tunnel and hands it to a workload of this process. One at a time, on one event loop. */
final class LocalExchange implements RequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LocalExchange.class);
    private static final byte[] NOTHING = {};

    private final Inbound inbound;
    private final Worker worker;
    private final InboundWorkload target;
    private final LocalHttpHandler handler;
    private final SpiffeId peer;
    private final RequestSeries series;
    private final WorkloadRef callee;
    private final WorkloadRef caller;

    private @Nullable Downstream downstream;
    private @Nullable LocalAnswer answer;
    private String method = "";
    private String path = "";
    private String authority = "";
    private List<HttpHeader> headers = List.of();
    private byte[] body = NOTHING;
    private int length;
    private boolean refused;
    private long started;

    LocalExchange(Inbound inbound, Worker worker, InboundWorkload target, LocalHttpHandler handler, SpiffeId peer) {
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
        downstream = client;
        answer = null;
        refused = false;
        length = 0;
        body = NOTHING;
        started = System.nanoTime();
        method = head.method();
        path = head.target();
        authority = String.valueOf(head.host());
        List<HttpHeader> lines = new ArrayList<>(head.count());
        for (int i = 0; i < head.count(); i++) {
            if (!head.isHopByHop(i)) {
                lines.add(new HttpHeader(head.name(i), head.value(i)));
            }
        }
        headers = lines;
        if (head.length() > inbound.bodyLimit()) {
            tooLarge(client);
            return;
        }
        if (head.length() > 0) {
            body = new byte[(int) head.length()];
        }
        if (complete) {
            dispatch(client);
        } else if (head.expectsContinue()) {
            client.interim(worker.scratch().local.response(100));
        }
    }

    @Override
    public void onRequestBody(ByteBuf bytes) {
        int more = bytes.readableBytes();
        Downstream client = downstream;
        if (client == null || refused) {
            bytes.release();
            return;
        }
        if (length + more > inbound.bodyLimit()) {
            bytes.release();
            tooLarge(client);
            return;
        }
        if (length + more > body.length) {
            body = Arrays.copyOf(body, Math.max(length + more, Math.min(body.length * 2, inbound.bodyLimit())));
        }
        bytes.readBytes(body, length, more);
        length += more;
        bytes.release();
    }

    @Override
    public void onRequestEnd(@Nullable Head trailers) {
        Downstream client = downstream;
        if (client != null && !refused) {
            dispatch(client);
        }
    }

    private void tooLarge(Downstream client) {
        refused = true;
        String detail = "body: over " + inbound.bodyLimit() + " bytes";
        finish(413, length, detail.length());
        LocalResponse.problem(worker.scratch().local, 413, detail, "-").send(client);
    }

    private void dispatch(Downstream client) {
        LocalRequest request = new LocalRequest(
                method,
                path,
                headers,
                length == body.length ? body : Arrays.copyOf(body, length),
                authority,
                client.remoteAddress(),
                peer);
        LocalAnswer responder = new LocalAnswer(this, worker, client, method.equals("HEAD"));
        answer = responder;
        body = NOTHING;
        headers = List.of();
        try {
            handler.handle(request, responder);
        } catch (RuntimeException e) {
            LOG.error(
                    "workload {}: its handler failed on {} {}",
                    target.workload().uid(),
                    method,
                    path,
                    e);
            responder.fail(dev.polder.kernel.model.Problem.internal("the workload's handler failed", e));
        }
    }

    /** The answer is about to be sent; on the event loop. False when nobody waits for it any more. */
    boolean answering(LocalAnswer responder, int status, int responseBytes) {
        if (answer != responder) {
            return false;
        }
        answer = null;
        finish(status, length, responseBytes);
        return true;
    }

    private void finish(int status, long received, long sent) {
        downstream = null;
        long nanos = System.nanoTime() - started;
        series.add(status, "-", nanos, received, sent);
        if (!inbound.countedBySource(peer)) {
            inbound.telemetry().traffic().add(callee, caller, status, nanos, true);
        }
    }

    @Override
    public void onRequestReadComplete() {
        // the body is gathered, nothing is passed on
    }

    @Override
    public void onDownstreamWritabilityChanged() {
        // the whole answer is in memory already
    }

    @Override
    public void onDownstreamGone() {
        LocalAnswer waiting = answer;
        answer = null;
        downstream = null;
        body = NOTHING;
        if (waiting != null) {
            waiting.cancelled();
            finish(499, length, 0);
        }
    }
}
