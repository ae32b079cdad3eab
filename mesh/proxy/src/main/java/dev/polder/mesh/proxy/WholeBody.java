package dev.polder.mesh.proxy;

import dev.polder.kernel.model.BodyBuffers;
import dev.polder.kernel.model.Problem;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Gathers a request's body in memory before its handler is called; trailers are dropped. */
public final class WholeBody implements LocalHttpHandler {

    private static final byte[] NOTHING = {};
    private static final int FIRST = 64 * 1024;

    /** As {@link LocalHttpHandler}, with the body in one piece. */
    @FunctionalInterface
    public interface Handler {
        /**
         * @param body complete; handed over
         */
        void handle(LocalRequest request, byte[] body, LocalResponder responder);
    }

    private final int limit;
    private final Handler handler;

    private WholeBody(int limit, Handler handler) {
        this.limit = limit;
        this.handler = handler;
    }

    /**
     * A handler of whole bodies.
     *
     * @param limit most bytes; a longer body is answered 413
     */
    public static LocalHttpHandler upTo(int limit, Handler handler) {
        return new WholeBody(limit, handler);
    }

    @Override
    public void handle(LocalRequest request, LocalResponder responder) {
        HttpBody body = request.body();
        if (body.length() == 0) {
            handler.handle(request, NOTHING, responder);
        } else if (body.length() > limit) {
            responder.fail(tooLarge());
        } else {
            body.read(new Gatherer(request, responder));
            body.demand(limit + 1L);
        }
    }

    private Problem tooLarge() {
        return Problem.tooLarge("body: over " + limit + " bytes");
    }

    private final class Gatherer implements BodyReader {

        private final LocalRequest request;
        private final LocalResponder responder;
        private byte[] bytes;
        private int length;

        Gatherer(LocalRequest request, LocalResponder responder) {
            this.request = request;
            this.responder = responder;
            this.bytes = new byte[Math.clamp(request.body().length(), 0, FIRST)];
        }

        @Override
        public void onBytes(ByteBuffer part) {
            int size = part.remaining();
            if (length + size > limit) {
                request.body().cancel();
                responder.fail(tooLarge());
                return;
            }
            if (length + size > bytes.length) {
                int doubled = (int) Math.min(2L * bytes.length, limit);
                bytes = Arrays.copyOf(bytes, Math.max(length + size, doubled));
            }
            part.get(bytes, length, size);
            length += size;
            BodyBuffers.giveBack(part);
        }

        @Override
        public void onEnd(List<HttpHeader> trailers) {
            try {
                handler.handle(request, length == bytes.length ? bytes : Arrays.copyOf(bytes, length), responder);
            } catch (RuntimeException e) {
                responder.fail(Problem.internal("the workload's handler failed", e));
            }
        }

        @Override
        public void onBroken(HttpFailure failure) {
            bytes = NOTHING;
        }
    }
}
