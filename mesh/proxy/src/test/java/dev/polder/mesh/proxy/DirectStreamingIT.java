package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.mesh.config.AuthorizationPolicy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same through memory, and what must hold there all the same. */
@SuppressWarnings("FutureReturnValueIgnored") // what a handler makes of a body shows in the answer
class DirectStreamingIT extends LocalStreamingIT {

    private static final AuthorizationPolicy NOT_THE_GATEWAY =
            HboneIT.policy(AuthorizationPolicy.Action.DENY, "cluster.local/ns/polder-system/sa/gateway");

    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    boolean direct() {
        return true;
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create(url())).build();
    }

    private int status() throws Exception {
        return client.send(request(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void knowsTheCallerWithoutAConnection() throws Exception {
        CompletableFuture<LocalRequest> seen = new CompletableFuture<>();
        handler.set((request, responder) -> {
            seen.complete(request);
            responder.respond(200, List.of(), new byte[0]);
        });
        assertThat(status()).isEqualTo(200);
        LocalRequest request = seen.get(1, TimeUnit.SECONDS);
        assertThat(request.peer().toString()).isEqualTo("spiffe://cluster.local/ns/polder-system/sa/gateway");
        InetSocketAddress from = Objects.requireNonNull(request.remoteAddress());
        assertThat(from.getPort()).as("no socket").isZero();
    }

    @Test
    void judgesByPoliciesAndCutsWhatMayNotStay() throws Exception {
        CompletableFuture<BodyWriter> open = new CompletableFuture<>();
        handler.set((request, responder) -> {
            BodyWriter out = responder.respond(200, List.of());
            out.write("first".getBytes(StandardCharsets.US_ASCII));
            open.complete(out);
        });
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(), HttpResponse.BodyHandlers.ofString());
        open.get(5, TimeUnit.SECONDS);
        apply(NOT_THE_GATEWAY);
        assertThat(answer.handle((response, failure) -> failure != null).get(5, TimeUnit.SECONDS))
                .as("the live answer is cut")
                .isTrue();
        assertThat(status()).isEqualTo(403);
        handler.set((request, responder) -> responder.respond(200, List.of(), new byte[0]));
        apply(null);
        assertThat(status()).isEqualTo(200);
    }
}
