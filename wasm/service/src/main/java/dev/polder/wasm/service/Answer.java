package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets one answer through to a responder, the first; so whoever fails later need not know whether there was one. */
final class Answer implements AppResponder {

    private final AppResponder responder;
    private final AtomicBoolean given = new AtomicBoolean();

    Answer(AppResponder responder) {
        this.responder = responder;
    }

    boolean given() {
        return given.get();
    }

    @Override
    public void informational(int status, List<HttpHeader> headers) {
        if (!given.get()) {
            responder.informational(status, headers);
        }
    }

    @Override
    public void respond(int status, List<HttpHeader> headers, HttpBody body) {
        if (given.compareAndSet(false, true)) {
            responder.respond(status, headers, body);
        } else {
            body.chunks().subscribe(new GatheredBody.Dropped());
        }
    }

    @Override
    public void respond(HttpResponseData whole) {
        if (given.compareAndSet(false, true)) {
            responder.respond(whole);
        }
    }

    @Override
    public void fail(Problem problem) {
        if (given.compareAndSet(false, true)) {
            responder.fail(problem);
        }
    }
}
