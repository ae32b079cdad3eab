package dev.polder.app.bridge;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.RequestOptions;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SplitHttpResponse;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends one request to an app the way a user of it would: through the gateway, its routes and its policies.
 *
 * <p>It is no proxy: the host is always the app's own, headers that would say otherwise are refused, and requests and
 * answers are bounded. Blocks; for virtual threads.
 */
public final class TryOut {

    static final int MAX_REQUEST_BYTES = 1 << 20;
    static final int MAX_RESPONSE_BYTES = 1 << 20;
    private static final int MAX_HEADERS = 64;
    private static final int MAX_TEXT = 8 * 1024;
    private static final int AT_ONCE = 16;
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern PATH = Pattern.compile("/[\\x21\\x22\\x24-\\x7e]*");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> OWN = Set.of(
            "host",
            "connection",
            "content-length",
            "expect",
            "forwarded",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final String gateway;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private @Nullable WebClient client;

    /** @param gateway base URI of the gateway, such as {@code http://127.0.0.1:8080} */
    public TryOut(String gateway) {
        this.gateway = gateway.replaceFirst("^http:", "h1c:");
    }

    /**
     * Sends and waits.
     *
     * @param authority the app's host, with the gateway's port
     * @param wallTime what the app may take; a little more is waited for
     * @param given {@code {method, path, headers: [{name, value}], body | bodyBase64}}
     * @return {@code {status, headers: [{name, value}], body | bodyBase64, bytes, truncated, headMillis, totalMillis}}
     * @throws Problem INVALID or TOO_LARGE for what is given, UNAVAILABLE, DEADLINE
     */
    ObjectNode send(String authority, Duration wallTime, JsonNode given) {
        RequestHeaders headers = headers(authority, given);
        byte[] body = body(given);
        if (!places.tryAcquire()) {
            throw Problem.unavailable(AT_ONCE + " requests are being tried (expected: fewer at once)", null);
        }
        try {
            return exchange(HttpRequest.of(headers, HttpData.wrap(body)), wallTime.plus(SLACK));
        } catch (CompletionException | UncheckedIOException e) {
            throw failed(e.getCause() == null ? e : e.getCause(), wallTime);
        } finally {
            places.release();
        }
    }

    /** Made at the first try: the library's client takes as long to load as the rest of the portal. */
    private synchronized WebClient client() {
        if (client == null) {
            client = WebClient.builder(gateway)
                    .factory(ClientFactory.ofDefault())
                    .maxResponseLength(0)
                    .build();
        }
        return client;
    }

    private ObjectNode exchange(HttpRequest request, Duration timeout) {
        long began = System.nanoTime();
        HttpResponse response = client().execute(
                        request,
                        RequestOptions.builder().responseTimeout(timeout).build());
        SplitHttpResponse split = response.split();
        ResponseHeaders head = split.headers().join();
        long headAt = System.nanoTime();
        byte[] bytes;
        try (InputStream in = split.body().toInputStream(data -> data)) {
            bytes = in.readNBytes(MAX_RESPONSE_BYTES + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long endAt = System.nanoTime();
        boolean truncated = bytes.length > MAX_RESPONSE_BYTES;
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("status", head.status().code());
        ArrayNode list = json.putArray("headers");
        head.forEach((name, value) -> {
            if (!name.startsWith(":")) {
                list.addObject().put("name", name.toString()).put("value", value);
            }
        });
        put(json, truncated ? Arrays.copyOf(bytes, MAX_RESPONSE_BYTES) : bytes);
        json.put("truncated", truncated);
        json.put("headMillis", millis(headAt - began));
        json.put("totalMillis", millis(endAt - began));
        return json;
    }

    private static void put(ObjectNode json, byte[] bytes) {
        json.put("bytes", bytes.length);
        try {
            json.put(
                    "body",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
            json.putNull("bodyBase64");
        } catch (CharacterCodingException e) {
            json.putNull("body");
            json.put("bodyBase64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 10_000.0) / 100.0;
    }

    private static RequestHeaders headers(String authority, JsonNode given) {
        String method = given.path("method").asString("GET");
        if (!METHODS.contains(method)) {
            throw Problem.invalid("method: \"" + shortened(method) + "\" (expected: one of "
                    + String.join(", ", METHODS.stream().sorted().toList()) + ")");
        }
        String path = given.path("path").asString("");
        if (path.length() > MAX_TEXT || !PATH.matcher(path).matches()) {
            throw Problem.invalid("path: \"" + shortened(path)
                    + "\" (expected: / and then visible ASCII characters without #, at most " + MAX_TEXT + ")");
        }
        RequestHeadersBuilder headers = RequestHeaders.builder(HttpMethod.valueOf(method), path);
        headers.scheme("http");
        headers.authority(authority);
        JsonNode list = given.path("headers");
        if (list.size() > MAX_HEADERS) {
            throw Problem.invalid("headers: " + list.size() + " (expected: at most " + MAX_HEADERS + ")");
        }
        List<String> refused = new ArrayList<>();
        for (JsonNode header : list) {
            String name = header.path("name").asString("").toLowerCase(Locale.ROOT);
            String value = header.path("value").asString("");
            if (!TOKEN.matcher(name).matches()
                    || value.length() > MAX_TEXT
                    || value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
                throw Problem.invalid("headers: \"" + shortened(name)
                        + "\" (expected: a header's name, and a value of one line, at most " + MAX_TEXT
                        + " characters)");
            }
            if (OWN.contains(name) || name.startsWith("x-forwarded-")) {
                refused.add(name);
            } else {
                headers.add(name, value.strip());
            }
        }
        if (!refused.isEmpty()) {
            throw Problem.invalid("headers: " + String.join(", ", refused)
                    + " (expected: none that the connection or the gateway sets itself)");
        }
        return headers.build();
    }

    private static byte[] body(JsonNode given) {
        byte[] body;
        if (given.hasNonNull("bodyBase64")) {
            try {
                body = Base64.getDecoder().decode(given.path("bodyBase64").asString(""));
            } catch (IllegalArgumentException e) {
                throw Problem.invalid("bodyBase64: " + e.getMessage() + " (expected: base64)");
            }
        } else {
            body = given.path("body").asString("").getBytes(StandardCharsets.UTF_8);
        }
        if (body.length > MAX_REQUEST_BYTES) {
            throw Problem.tooLarge("body: " + body.length + " bytes (expected: at most " + MAX_REQUEST_BYTES + ")");
        }
        return body;
    }

    private static Problem failed(Throwable cause, Duration wallTime) {
        if (cause instanceof ResponseTimeoutException) {
            return new Problem(
                    Problem.Code.DEADLINE,
                    Problem.WhoFailed.UPSTREAM,
                    true,
                    "no answer of the gateway within " + wallTime.plus(SLACK).toMillis() + " ms",
                    null,
                    cause);
        }
        Throwable why =
                cause instanceof UnprocessedRequestException && cause.getCause() != null ? cause.getCause() : cause;
        return Problem.unavailable("the gateway did not answer: " + why.getMessage(), cause);
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
