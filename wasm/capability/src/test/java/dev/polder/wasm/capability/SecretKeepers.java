package dev.polder.wasm.capability;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A Vault with a key-value engine of version 2 at {@code secret}, and an Azure Key Vault with its directory, on one port of
 * loopback: what their APIs say of reading a secret, as they are documented. {@code SecretVariablesIT} shows the same of
 * the real ones where they are installed.
 */
public final class SecretKeepers implements AutoCloseable {

    /** What Vault is asked with. */
    public static final String TOKEN = "hvs.right-token";

    /** What the directory knows the client by. */
    public static final String CLIENT_SECRET = "c1ient+secret/~=";

    private static final String NONE_MOUNTED =
            "{\"errors\":[\"no handler for route \\\"other/data/x\\\". route entry not found.\"]}";

    private final HttpServer server;
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String bearer = "token-1";
    private volatile boolean isSealed;
    private volatile byte[] answer = {};

    public SecretKeepers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it is. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Keeps a secret; of Vault as {@code secret/data/NAME}, of Azure as {@code secrets/NAME}. */
    public void put(String path, String json) {
        secrets.put("/" + path, json);
    }

    /** Requests so far: method and path. */
    public List<String> asked() {
        return asked;
    }

    void seal() {
        isSealed = true;
    }

    /** Takes back the tokens that were given. */
    void revoke() {
        bearer = "token-2";
    }

    /** Says this to whatever is asked. */
    void answer(byte[] bytes) {
        answer = bytes;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (answer.length > 0) {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        } else if (path.startsWith("/v1/")) {
            vault(exchange, path.substring(3));
        } else if (path.endsWith("/oauth2/v2.0/token")) {
            directory(exchange, body);
        } else if (path.equals("/metadata/identity/oauth2/token")) {
            boolean asMachine = "true".equals(exchange.getRequestHeaders().getFirst("metadata"));
            reply(exchange, asMachine ? 200 : 400, asMachine ? token() : "{\"error\":\"invalid_request\"}");
        } else {
            azure(exchange, path);
        }
    }

    private void vault(HttpExchange exchange, String path) throws IOException {
        String secret = secrets.get(path);
        if (isSealed) {
            reply(exchange, 503, "{\"errors\":[\"Vault is sealed\"]}");
        } else if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
            reply(exchange, 403, "{\"errors\":[\"permission denied\"]}");
        } else if (!path.startsWith("/secret/data/")) {
            reply(exchange, 404, NONE_MOUNTED);
        } else if (secret == null) {
            reply(exchange, 404, "{\"errors\":[]}");
        } else {
            reply(exchange, 200, "{\"data\":{\"data\":" + secret + ",\"metadata\":{\"version\":1}}}");
        }
    }

    private String token() {
        return "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + bearer + "\"}";
    }

    private void directory(HttpExchange exchange, String form) throws IOException {
        boolean known = form.contains("grant_type=client_credentials")
                && form.contains("client_id=the-client")
                && form.contains("client_secret=c1ient%2Bsecret%2F%7E%3D")
                && form.contains("scope=https%3A%2F%2Fvault.azure.net%2F.default");
        reply(exchange, known ? 200 : 401, known ? token() : "{\"error\":\"invalid_client\"}");
    }

    private void azure(HttpExchange exchange, String path) throws IOException {
        String secret = secrets.get(path);
        if (!("Bearer " + bearer).equals(exchange.getRequestHeaders().getFirst("authorization"))) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer authorization=\"https://login.example\"");
            reply(exchange, 401, "{\"error\":{\"code\":\"Unauthorized\"}}");
        } else if (!String.valueOf(exchange.getRequestURI().getQuery()).startsWith("api-version=7")) {
            reply(exchange, 400, "{\"error\":{\"code\":\"BadParameter\"}}");
        } else if (secret == null) {
            reply(exchange, 404, "{\"error\":{\"code\":\"SecretNotFound\"}}");
        } else {
            reply(exchange, 200, secret);
        }
    }

    private static void reply(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
