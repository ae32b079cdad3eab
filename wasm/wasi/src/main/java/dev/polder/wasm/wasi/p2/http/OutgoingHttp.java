package dev.polder.wasm.wasi.p2.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Sends the requests of guests. For any thread. */
@FunctionalInterface
public interface OutgoingHttp {

    /**
     * A request that the allow-list lets pass.
     *
     * @param host without port and brackets
     * @param addresses what the host resolves to, checked; only these may be connected to. Empty when {@link
     *     #connectsByName}
     * @param permits whether an address that the host resolves to may be connected to; for who looks it up itself
     */
    record Request(
            RequestHead head,
            String scheme,
            String host,
            int port,
            List<InetAddress> addresses,
            Predicate<InetAddress> permits,
            HttpBody body,
            Timeouts timeouts) {

        public Request {
            addresses = List.copyOf(addresses);
        }
    }

    /** The response; its body follows as it is subscribed to. */
    record Response(int status, List<HttpField> headers, HttpBody body) {
        public Response {
            headers = List.copyOf(headers);
        }
    }

    /**
     * Sends a request. The future fails with {@link HttpFailure}; cancelling it gives the request up.
     *
     * <p>Called on a virtual thread, may block.
     */
    CompletableFuture<Response> send(Request request);

    /** Somebody in this process who answers a request. */
    @FunctionalInterface
    interface Inner {
        /** As {@link OutgoingHttp#send}; called on a virtual thread. */
        CompletableFuture<Response> send(HttpBody body, Timeouts timeouts);
    }

    /**
     * Who answers a request that does not leave the process; empty for every other. Such a request is shown to no
     * allow-list of hosts and no name server: whoever takes it says itself what is allowed.
     *
     * @throws HttpFailure when it is one of these and is refused
     */
    default Optional<Inner> inner(RequestHead head) throws HttpFailure {
        return Optional.empty();
    }

    /** Whether it finds hosts itself, as a mesh does, and asks about each address: then none are looked up before. */
    default boolean connectsByName() {
        return false;
    }

    /**
     * The guest was refused a request, for its log; called on any thread.
     *
     * @param why where it was to go, and what was expected
     */
    default void denied(String why) {}

    /** Refuses everything. */
    static OutgoingHttp none() {
        return _ -> CompletableFuture.failedFuture(new HttpFailure(new HttpErrorCode.HttpRequestDenied()));
    }
}
