package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpErrorCode;
import dev.polder.wasm.wasi.p2.http.HttpFailure;
import dev.polder.wasm.wasi.p2.http.HttpField;
import dev.polder.wasm.wasi.p2.http.JdkOutgoingHttp;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.http.RequestHead;
import dev.polder.wasm.wasi.p2.http.Timeouts;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * HTTP to servers that keep secrets: to the addresses that an {@link Outbound} lets pass and no others, without redirects,
 * for small answers in JSON. Shared by all providers of a process. Blocking; for any thread.
 */
public final class SecretServers implements AutoCloseable {

    private static final int MAX_ANSWER = 1 << 20;
    private static final Duration WHOLE = Duration.ofSeconds(10);
    private static final Timeouts TIMES = new Timeouts(Duration.ofSeconds(3), WHOLE, WHOLE);

    private final IdentityHashMap<SSLContext, JdkOutgoingHttp> clients = new IdentityHashMap<>();

    /**
     * What a server said.
     *
     * @param body null when it was no JSON
     */
    record Answer(int status, @Nullable JsonNode body) {
        /** A text of the body, or {@code ""}. */
        String text(String... path) {
            JsonNode node = body;
            for (String name : path) {
                node = node == null ? null : node.get(name);
            }
            return node != null && node.isString() ? node.stringValue() : "";
        }
    }

    /**
     * Reads where such a server is.
     *
     * @param isPlain whether {@code http} will do, to wherever; else only to the machine itself
     * @throws Problem INVALID that shows no user or password
     */
    public static URI address(String text, boolean isPlain) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (scheme.equals("https") || (scheme.equals("http") && (isPlain || isLocal(host(uri)))))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below, without the text
        }
        throw Problem.invalid("no address (expected: " + (isPlain ? "http" : "https")
                + "://HOST:PORT, without user, password and query)");
    }

    private static boolean isLocal(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static String host(URI uri) {
        return uri.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Sends a request.
     *
     * @param who names the server in messages
     * @param body null for none
     * @throws Problem UNAVAILABLE when nobody answers, FORBIDDEN when nobody may be asked; none shows a header
     */
    Answer ask(
            Outbound outbound,
            String who,
            String method,
            URI uri,
            Map<String, String> headers,
            byte @Nullable [] body) {
        List<InetAddress> addresses = addresses(outbound, who, uri);
        List<HttpField> fields = new ArrayList<>();
        headers.forEach((name, value) -> fields.add(new HttpField(name, value.getBytes(StandardCharsets.UTF_8))));
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        RequestHead head = new RequestHead(
                method,
                Optional.of(uri.getScheme()),
                Optional.of(uri.getRawAuthority()),
                Optional.of(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery()),
                fields);
        OutgoingHttp.Request request = new OutgoingHttp.Request(
                head,
                uri.getScheme(),
                host(uri),
                port(uri),
                addresses,
                addresses::contains,
                body == null ? HttpBody.empty() : HttpBody.of(body),
                TIMES);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletableFuture<OutgoingHttp.Response> sent =
                client(outbound.authorities().context(host(uri))).send(request);
        var _ = sent.whenComplete((response, failure) -> {
            if (failure == null) {
                response.body().chunks().subscribe(new Gathering(response.status(), answer));
            } else {
                answer.completeExceptionally(failure);
            }
        });
        try {
            return answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw failed(who + ": " + words(HttpFailure.codeOf(cause)), cause);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw failed(who + ": no answer within " + WHOLE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw failed(who + ": interrupted", e);
        }
    }

    private static List<InetAddress> addresses(Outbound outbound, String who, URI uri) {
        try {
            return outbound.resolve(uri.getScheme(), host(uri), port(uri)).stream()
                    .map(InetSocketAddress::getAddress)
                    .toList();
        } catch (Problem e) {
            if (e.code() == Problem.Code.FORBIDDEN) {
                throw e.reworded(
                        e.code(),
                        who
                                + ": its address may not be connected to (expected: a public one, one that stands in its URL,"
                                + " or one that wasm.outbound.networks of polder.yaml opens and wasm.outbound.blocked does"
                                + " not block)");
            }
            throw e.reworded(e.code(), who + ": " + e.detail());
        }
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    /** {@code connection refused} of {@code ConnectionRefused[]}: what an error says beyond its kind may hold anything. */
    private static String words(HttpErrorCode code) {
        return code.getClass()
                .getSimpleName()
                .replaceAll("([a-z])([A-Z])", "$1 $2")
                .toLowerCase(Locale.ROOT);
    }

    /** What a server that does not answer as it should is told by. */
    static Problem failed(String detail, @Nullable Throwable cause) {
        return new Problem(Problem.Code.UNAVAILABLE, Problem.WhoFailed.UPSTREAM, true, detail, null, cause);
    }

    private JdkOutgoingHttp client(SSLContext tls) {
        synchronized (clients) {
            return clients.computeIfAbsent(tls, JdkOutgoingHttp::new);
        }
    }

    @Override
    public void close() {
        synchronized (clients) {
            clients.values().forEach(JdkOutgoingHttp::close);
            clients.clear();
        }
    }

    /** Reads a body into memory, up to {@link #MAX_ANSWER}. */
    private static final class Gathering implements Flow.Subscriber<ByteBuffer> {
        private final int status;
        private final CompletableFuture<Answer> answer;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        Gathering(int status, CompletableFuture<Answer> answer) {
            this.status = status;
            this.answer = answer;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            byte[] part = new byte[chunk.remaining()];
            chunk.get(part);
            if (bytes.size() + part.length > MAX_ANSWER) {
                if (subscription != null) {
                    subscription.cancel();
                }
                answer.completeExceptionally(
                        new HttpFailure(new HttpErrorCode.HttpResponseBodySize(Optional.of((long) MAX_ANSWER))));
                return;
            }
            bytes.writeBytes(part);
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            JsonNode body = null;
            try {
                body = JsonMapper.shared().readTree(bytes.toByteArray());
            } catch (JacksonException e) {
                // what is no JSON says nothing that is needed
            }
            answer.complete(new Answer(status, body));
        }
    }
}
