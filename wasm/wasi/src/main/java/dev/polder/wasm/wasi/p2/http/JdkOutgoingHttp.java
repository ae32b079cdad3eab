package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.wasi.p2.sockets.NamedTls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Sends by the JDK's client, HTTP/1.1, for standalone use. It connects to the checked address and no other: the address
 * stands in the URI, the name in the Host field, in SNI and in the check of the certificate. It sends no trailers and
 * gives none.
 */
public final class JdkOutgoingHttp implements OutgoingHttp, AutoCloseable {

    private static final String HOST_ALLOWED = "jdk.httpclient.allowRestrictedHeaders";
    private static final int CLIENTS = 32;
    private static final int OUT_OF_HEAD = 16;
    private static final Set<String> OURS = Set.of("content-length", "host", "connection");

    static {
        // The client looks at it once, when the first of its classes is loaded: where that may have been before,
        // the property belongs on the command line.
        if (System.getProperty(HOST_ALLOWED) == null) {
            System.setProperty(HOST_ALLOWED, "host");
        }
    }

    private record Key(String tlsName, Duration connectTimeout) {}

    private final SSLContext tls;
    private final Map<Key, HttpClient> clients = new LinkedHashMap<>(OUT_OF_HEAD, 0.75f, true);

    /** @param tls what it trusts */
    public JdkOutgoingHttp(SSLContext tls) {
        this.tls = tls;
    }

    /** One that trusts what the JDK does. */
    public static JdkOutgoingHttp withDefaults() {
        try {
            return new JdkOutgoingHttp(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no default TLS", e);
        }
    }

    private HttpClient client(Request request) {
        String name = request.scheme().equals("https") ? request.host() : "";
        Key key = new Key(name, request.timeouts().connect());
        synchronized (clients) {
            HttpClient client = clients.computeIfAbsent(key, this::open);
            if (clients.size() > CLIENTS) {
                var eldest = clients.entrySet().iterator();
                HttpClient old = eldest.next().getValue();
                eldest.remove();
                old.shutdown();
            }
            return client;
        }
    }

    private HttpClient open(Key key) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(new Direct())
                .sslContext(tls)
                .connectTimeout(key.connectTimeout());
        if (!key.tlsName().isEmpty() && key.tlsName().indexOf(':') < 0 && !isIpv4(key.tlsName())) {
            SSLParameters parameters = tls.getDefaultSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(key.tlsName())));
            builder.sslParameters(parameters).sslContext(NamedTls.of(tls, key.tlsName()));
        }
        return builder.build();
    }

    private static boolean isIpv4(String host) {
        return host.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
    }

    /** No proxy, whatever the machine's settings say: it would connect to what nobody checked. */
    private static final class Direct extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            return List.of(Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // Told by the request itself.
        }
    }

    @Override
    public CompletableFuture<Response> send(Request request) {
        HttpRequest built;
        try {
            built = build(request);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(
                    new HttpFailure(HttpErrorCode.internal("request: " + e.getMessage())));
        }
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent =
                client(request).sendAsync(built, HttpResponse.BodyHandlers.ofPublisher());
        CompletableFuture<Response> response = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                sent.cancel(true);
                return super.cancel(mayInterrupt);
            }
        };
        var _ = sent.whenComplete((value, failure) -> {
            if (failure != null) {
                response.completeExceptionally(new HttpFailure(code(failure)));
            } else {
                response.complete(response(value));
            }
        });
        return response;
    }

    private static HttpRequest build(Request request) {
        RequestHead head = request.head();
        InetAddress address = request.addresses().getFirst();
        InetSocketAddress to = new InetSocketAddress(address, request.port());
        String literal = address.getHostAddress();
        int zone = literal.indexOf('%');
        String host = zone < 0 ? literal : literal.substring(0, zone);
        URI uri = URI.create(request.scheme() + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":"
                + to.getPort() + target(head));
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .method(head.method(), publisher(request.body()))
                .setHeader("Host", head.authority().orElse(request.host()));
        for (HttpField field : head.headers()) {
            if (!OURS.contains(field.name().toLowerCase(Locale.ROOT))) {
                builder.header(field.name(), new String(field.value(), StandardCharsets.ISO_8859_1));
            }
        }
        return builder.build();
    }

    private static String target(RequestHead head) {
        String path = head.pathWithQuery().orElse("/");
        return path.startsWith("/") ? path : "/" + path;
    }

    private static HttpRequest.BodyPublisher publisher(HttpBody body) {
        OptionalLong length = body.length();
        if (length.isPresent() && length.getAsLong() == 0) {
            return HttpRequest.BodyPublishers.noBody();
        }
        Flow.Publisher<ByteBuffer> chunks = new WithoutTrailers(body);
        return length.isPresent()
                ? HttpRequest.BodyPublishers.fromPublisher(chunks, length.getAsLong())
                : HttpRequest.BodyPublishers.fromPublisher(chunks);
    }

    private static Response response(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response) {
        List<HttpField> headers = new ArrayList<>();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(
                        value -> headers.add(new HttpField(name, value.getBytes(StandardCharsets.ISO_8859_1)))));
        CompletableFuture<List<HttpField>> trailers = new CompletableFuture<>();
        SplitChunks chunks = new SplitChunks(response.body(), trailers, JdkOutgoingHttp::code);
        return new Response(
                response.statusCode(), headers, new HttpBody(chunks, trailers, Fields.contentLength(headers)));
    }

    private static HttpErrorCode code(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        for (Throwable deep = cause; deep != null; deep = deep.getCause()) {
            if (deep instanceof HttpFailure known) {
                return known.code();
            }
            if (deep instanceof CertificateException) {
                return new HttpErrorCode.TlsCertificateError();
            }
        }
        return switch (cause) {
            case HttpConnectTimeoutException _ -> new HttpErrorCode.ConnectionTimeout();
            case HttpTimeoutException _ -> new HttpErrorCode.HttpResponseTimeout();
            case ConnectException _ -> new HttpErrorCode.ConnectionRefused();
            case SSLException _ -> new HttpErrorCode.TlsProtocolError();
            case IOException _ -> new HttpErrorCode.ConnectionTerminated();
            default -> HttpErrorCode.internal(String.valueOf(cause));
        };
    }

    @Override
    public void close() {
        synchronized (clients) {
            clients.values().forEach(HttpClient::shutdownNow);
            clients.clear();
        }
    }
}
