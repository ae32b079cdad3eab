package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.LocalResponder;
import dev.polder.mesh.proxy.internal.http.Ascii;
import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.LocalResponse;
import dev.polder.mesh.proxy.internal.http.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings an answer from whatever thread to the event loop of the exchange. */
final class LocalAnswer implements LocalResponder {

    private static final Logger LOG = LoggerFactory.getLogger(LocalAnswer.class);

    /** Set by us, or not a workload's business. */
    private static final Set<String> OURS = Set.of(
            "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "proxy-connection", "te");

    private final LocalExchange exchange;
    private final Worker worker;
    private final Downstream downstream;
    private final boolean headRequest;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final List<Runnable> onCancel = new ArrayList<>();
    private boolean cancelled;

    LocalAnswer(LocalExchange exchange, Worker worker, Downstream downstream, boolean headRequest) {
        this.exchange = exchange;
        this.worker = worker;
        this.downstream = downstream;
        this.headRequest = headRequest;
    }

    @Override
    public void respond(int status, List<HttpHeader> headers, byte[] body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        String wrong = wrong(status, headers);
        if (wrong != null) {
            LOG.warn("workload answered with {}", wrong);
            send(
                    500,
                    () -> LocalResponse.problem(
                            worker.scratch().local, 500, "the workload answered with " + wrong, "-"));
            return;
        }
        send(status, () -> {
            Head head = worker.scratch().local.response(status);
            for (HttpHeader header : headers) {
                if (!OURS.contains(header.name().toLowerCase(Locale.ROOT))) {
                    head.add(header.name(), header.value());
                }
            }
            if (status != 204 && status != 304) {
                head.add("content-length", Integer.toString(body.length));
            }
            head.length(body.length);
            return new LocalResponse(head, status == 204 || status == 304 ? new byte[0] : body);
        });
    }

    @Override
    public void fail(Problem problem) {
        if (answered.compareAndSet(false, true)) {
            int status = problem.code().httpStatus();
            send(status, () -> LocalResponse.problem(worker.scratch().local, status, problem.detail(), "-"));
        }
    }

    private void send(int status, java.util.function.Supplier<LocalResponse> response) {
        if (worker.loop().inEventLoop()) {
            sendNow(status, response);
        } else {
            worker.loop().execute(() -> sendNow(status, response));
        }
    }

    private void sendNow(int status, java.util.function.Supplier<LocalResponse> response) {
        LocalResponse made = response.get();
        if (exchange.answering(this, status, made.body().length)) {
            made.send(downstream, headRequest);
        }
    }

    private static @Nullable String wrong(int status, List<HttpHeader> headers) {
        if (status < 200 || status > 599) {
            return "status " + status + " (expected: 200 to 599)";
        }
        for (HttpHeader header : headers) {
            if (header.name().isEmpty()) {
                return "a header without a name";
            }
            for (int i = 0; i < header.name().length(); i++) {
                char c = header.name().charAt(i);
                if (c > 126 || !Ascii.isToken((byte) c)) {
                    return "a header name with a character that is not allowed";
                }
            }
            for (int i = 0; i < header.value().length(); i++) {
                char c = header.value().charAt(i);
                if (c > 255 || !Ascii.isValue((byte) c)) {
                    return "a value of header " + header.name() + " with a character that is not allowed";
                }
            }
        }
        return null;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (onCancel) {
            if (!cancelled) {
                onCancel.add(action);
                return;
            }
        }
        action.run();
    }

    /** The caller went away. */
    void cancelled() {
        List<Runnable> actions;
        synchronized (onCancel) {
            cancelled = true;
            actions = List.copyOf(onCancel);
        }
        answered.set(true);
        actions.forEach(Runnable::run);
    }
}
