package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.proxy.BodyWriter;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.LocalResponder;
import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.HeaderRules;
import dev.polder.mesh.proxy.internal.http.LocalResponse;
import dev.polder.mesh.proxy.internal.http.OutgoingBody;
import dev.polder.mesh.proxy.internal.http.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an answer from whatever thread to the event loop of the exchange.
 *
 * <pre>
 *   OPEN ──respond, whole──▶ ENDED
 *     ├──respond, streamed──▶ STREAMING ──end──▶ ENDED
 *     └──client gone──▶ ENDED      └──abort, fail, wrong length──▶ CUT
 * </pre>
 */
final class LocalAnswer implements LocalResponder, OutgoingBody.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(LocalAnswer.class);
    private static final byte[] NOTHING = {};

    private final LocalExchange exchange;
    private final Worker worker;
    private final Downstream downstream;
    private final boolean headRequest;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable OutgoingBody body;
    private @Nullable List<Runnable> onCancel;
    private boolean cancelled;

    LocalAnswer(LocalExchange exchange, Worker worker, Downstream downstream, boolean headRequest) {
        this.exchange = exchange;
        this.worker = worker;
        this.downstream = downstream;
        this.headRequest = headRequest;
    }

    @Override
    public void interim(int status, List<HttpHeader> headers) {
        String wrong = status < 100 || status > 199 || status == 101
                ? "status " + status + " (expected: 100 to 199, not 101)"
                : HeaderRules.wrong(headers);
        if (wrong != null) {
            throw Problem.invalid("interim response: " + wrong);
        }
        worker.run(() -> {
            if (exchange.isCurrent(this) && body == null) {
                Head head = worker.scratch().local.response(status);
                HeaderRules.add(headers, head);
                downstream.interim(head);
            }
        });
    }

    @Override
    public void respond(int status, List<HttpHeader> headers, byte[] whole) {
        Runnable sending = sending(status, headers, whole);
        if (sending != null) {
            worker.run(sending);
        }
    }

    @Override
    public Runnable respondLazily(int status, List<HttpHeader> headers, byte[] whole) {
        Runnable sending = sending(status, headers, whole);
        if (sending != null) {
            worker.runLazily(sending);
        }
        return worker.wake();
    }

    private @Nullable Runnable sending(int status, List<HttpHeader> headers, byte[] whole) {
        if (!answered.compareAndSet(false, true)) {
            return null;
        }
        String wrong = wrong(status, headers);
        if (wrong != null) {
            refuse(wrong);
            return null;
        }
        return sending(status, () -> {
            Head head = head(status, headers);
            if (hasBody(status)) {
                head.add("content-length", Integer.toString(whole.length));
            }
            head.length(whole.length);
            return new LocalResponse(head, hasBody(status) ? whole : NOTHING);
        });
    }

    @Override
    public BodyWriter respond(int status, List<HttpHeader> headers) {
        boolean first = answered.compareAndSet(false, true);
        String wrong = first ? wrong(status, headers) : null;
        boolean dropped = headRequest || !hasBody(status);
        long length = HeaderRules.length(headers);
        OutgoingBody writer = new OutgoingBody(worker.loop(), this, length, dropped);
        if (!first || wrong != null) {
            writer.close();
            if (wrong != null) {
                refuse(wrong);
            }
            return writer;
        }
        body = writer;
        boolean runs = worker.run(() -> {
            if (!exchange.isCurrent(this)) {
                writer.close();
                return;
            }
            exchange.status(status);
            Head head = head(status, headers);
            if (length >= 0 && hasBody(status)) {
                head.add("content-length", Long.toString(length));
            }
            head.length(length >= 0 ? length : Head.NO_LENGTH);
            downstream.respond(head, !dropped && length != 0);
            if (!dropped) {
                downstream.flush();
            }
            writer.attach(downstream);
        });
        if (!runs) {
            writer.close();
        }
        return writer;
    }

    private void refuse(String wrong) {
        LOG.warn("workload answered with {}", wrong);
        String detail = "the workload answered with " + wrong;
        send(500, () -> LocalResponse.problem(worker.scratch().local, 500, detail, "-"));
    }

    private static boolean hasBody(int status) {
        return status != 204 && status != 304;
    }

    private Head head(int status, List<HttpHeader> headers) {
        Head head = worker.scratch().local.response(status);
        HeaderRules.add(headers, head);
        return head;
    }

    @Override
    public void fail(Problem problem) {
        OutgoingBody streaming = body;
        if (streaming != null) {
            LOG.warn("workload failed in the middle of an answer: {}", problem.getMessage());
            streaming.abort();
        } else if (answered.compareAndSet(false, true)) {
            int status = problem.code().httpStatus();
            send(
                    status,
                    () -> LocalResponse.problem(
                            worker.scratch().local, status, problem.detail(), "-", problem.members()));
        }
    }

    private void send(int status, Supplier<LocalResponse> response) {
        worker.run(sending(status, response));
    }

    private Runnable sending(int status, Supplier<LocalResponse> response) {
        return () -> {
            if (exchange.isCurrent(this)) {
                LocalResponse made = response.get();
                exchange.status(status);
                exchange.finish(made.body().length);
                made.send(downstream, headRequest);
            }
        };
    }

    private static @Nullable String wrong(int status, List<HttpHeader> headers) {
        return status < 200 || status > 599
                ? "status " + status + " (expected: 200 to 599)"
                : HeaderRules.wrong(headers);
    }

    // ---- on the event loop

    void writable() {
        OutgoingBody writer = body;
        if (writer != null) {
            writer.writable();
        }
    }

    @Override
    public void onWritten(@Nullable Head trailers) {
        if (exchange.isCurrent(this)) {
            exchange.finish(written());
            downstream.end(trailers);
        }
    }

    @Override
    public void onWriterFailed(HttpFailure failure) {
        if (exchange.isCurrent(this)) {
            LOG.debug("answer cut: {}", failure.detail());
            exchange.finish(written());
            downstream.cut();
        }
    }

    /** Bytes of the body that were sent so far. */
    long written() {
        OutgoingBody writer = body;
        return writer == null ? 0 : writer.written();
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                if (onCancel == null) {
                    onCancel = new ArrayList<>(2);
                }
                onCancel.add(action);
                return;
            }
        }
        action.run();
    }

    /** The caller went away. */
    void cancelled() {
        List<Runnable> actions;
        synchronized (this) {
            cancelled = true;
            actions = onCancel == null ? List.of() : List.copyOf(onCancel);
        }
        answered.set(true);
        OutgoingBody writer = body;
        if (writer != null) {
            writer.close();
        }
        actions.forEach(Runnable::run);
    }
}
