package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The environment of a WAGI guest: RFC 3875 section 4.1 as Spin's WAGI executor sets it, with Spin's own {@code X_}
 * variables. What does not depend on the request is made once per route.
 *
 * <p>Where the two differ: {@code PATH_INFO} is percent-decoded as RFC 3875 section 4.1.5 has it (Spin leaves it raw),
 * {@code X_RAW_PATH_INFO} is raw. Not handed on: {@code Authorization}, {@code Connection} and {@code
 * Proxy-Authorization} (section 4.1.18), {@code Proxy} (it would become {@code HTTP_PROXY}, which HTTP clients trust),
 * and names with an underscore (they would be taken for names with a hyphen).
 */
final class CgiEnvironment {

    private static final int MAX_CHARS = 256 * 1024;

    private final RoutePattern pattern;
    private final Map<String, String> fixed;
    private final Map<String, Supplier<String>> live;
    private final List<String> parameterNames;

    CgiEnvironment(RoutePattern pattern, Map<String, String> componentEnvironment) {
        this(pattern, componentEnvironment, Map.of());
    }

    /** @param live what is asked for at each request; none of the names that CGI has */
    CgiEnvironment(RoutePattern pattern, Map<String, String> componentEnvironment, Map<String, Supplier<String>> live) {
        this.pattern = pattern;
        this.live = Map.copyOf(live);
        Map<String, String> values = new LinkedHashMap<>(componentEnvironment);
        values.put("GATEWAY_INTERFACE", "CGI/1.1");
        values.put("SERVER_SOFTWARE", "WAGI/1");
        values.put("AUTH_TYPE", "");
        values.put("REMOTE_USER", "");
        values.put("SCRIPT_NAME", pattern.prefix());
        values.put("X_MATCHED_ROUTE", pattern.raw());
        values.put("X_RAW_COMPONENT_ROUTE", pattern.raw());
        values.put("X_COMPONENT_ROUTE", pattern.prefix());
        values.put("X_BASE_PATH", "/");
        this.fixed = Map.copyOf(values);
        this.parameterNames =
                pattern.parameters().stream().map(RoutePattern::environmentName).toList();
    }

    /**
     * The variables of one request.
     *
     * @param path the raw path of the target
     * @param query the raw query, {@code ""} when there is none
     * @param restStart where the part of the path begins that the route's wildcard took
     * @throws Problem the failure of a variable's provider; INVALID when the path decodes to a NUL, TOO_LARGE when all of it is more than 256 Ki characters
     */
    Map<String, String> of(HttpRequestData request, String path, String query, int restStart) {
        Map<String, String> env =
                new LinkedHashMap<>(fixed.size() * 2 + request.headers().size() * 2 + 32);
        env.putAll(fixed);
        live.forEach((name, value) -> env.put(name, value.get()));
        String rest = path.substring(restStart);
        String pathInfo = percentDecoded(rest);
        env.put("PATH_INFO", pathInfo);
        env.put("PATH_TRANSLATED", pathInfo);
        env.put("X_RAW_PATH_INFO", rest);
        env.put("QUERY_STRING", query);
        env.put("REQUEST_METHOD", request.method());
        env.put("CONTENT_LENGTH", Integer.toString(request.body().length));
        env.put("CONTENT_TYPE", "");
        env.put("REMOTE_ADDR", request.remoteAddress());
        env.put("REMOTE_HOST", request.remoteAddress());
        env.put("X_CLIENT_ADDR", clientAddress(request));
        env.put("SERVER_PROTOCOL", request.protocol());
        putServer(env, request);
        env.put("X_FULL_URL", request.scheme() + "://" + request.authority() + request.target());
        env.put("HTTP_HOST", request.authority());
        List<String> values = pattern.values(path);
        for (int i = 0; i < values.size(); i++) {
            env.put(parameterNames.get(i), values.get(i));
        }
        putHeaders(env, request.headers());
        return env;
    }

    private static void putHeaders(Map<String, String> env, List<HttpHeader> headers) {
        int chars = 0;
        for (int i = 0; i < headers.size(); i++) {
            HttpHeader header = headers.get(i);
            chars += header.name().length() + header.value().length();
            if (chars > MAX_CHARS) {
                throw Problem.tooLarge("request headers: more than " + MAX_CHARS + " characters (expected: fewer)");
            }
            String name = variableName(header.name());
            if (name.isEmpty()) {
                continue;
            }
            refuseNul(header.value(), header.name());
            if (name.equals("HTTP_CONTENT_TYPE")) {
                env.put("CONTENT_TYPE", header.value());
            }
            if (name.equals("HTTP_HOST") || name.equals("HTTP_CONTENT_LENGTH")) {
                env.put(name, header.value());
            } else {
                String separator = name.equals("HTTP_COOKIE") ? "; " : ", ";
                env.merge(name, header.value(), (first, second) -> first + separator + second);
            }
        }
    }

    /** {@code HTTP_} and the name in upper case with {@code _} for {@code -}; empty when it is not handed on. */
    private static String variableName(String header) {
        int length = header.length();
        char[] name = new char[length + 5];
        "HTTP_".getChars(0, 5, name, 0);
        for (int i = 0; i < length; i++) {
            char c = header.charAt(i);
            if (c >= 'a' && c <= 'z') {
                name[i + 5] = (char) (c - 32);
            } else if (c == '-') {
                name[i + 5] = '_';
            } else if (c == '_' || c == '=' || c <= ' ' || c >= 127) {
                return "";
            } else {
                name[i + 5] = c;
            }
        }
        String variable = new String(name);
        return switch (variable) {
            case "HTTP_PROXY", "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION", "HTTP_CONNECTION" -> "";
            default -> variable;
        };
    }

    static String clientAddress(HttpRequestData request) {
        String address = request.remoteAddress();
        return address.indexOf(':') >= 0
                ? "[" + address + "]:" + request.remotePort()
                : address + ":" + request.remotePort();
    }

    private static void putServer(Map<String, String> env, HttpRequestData request) {
        String authority = request.authority();
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon >= 0 && authority.indexOf(']', colon) < 0;
        env.put("SERVER_NAME", hasPort ? authority.substring(0, colon) : authority);
        String port = hasPort ? authority.substring(colon + 1) : "";
        env.put("SERVER_PORT", port.isEmpty() ? (request.scheme().equals("https") ? "443" : "80") : port);
    }

    /** The bytes of {@code %XX} sequences read as UTF-8; what is no sequence stays. */
    static String percentDecoded(String text) {
        if (text.indexOf('%') < 0) {
            refuseNul(text, "path");
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[raw.length];
        int n = 0;
        for (int i = 0; i < raw.length; i++) {
            int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(raw[i + 2], 16) : -1;
            if (low >= 0) {
                decoded[n++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                decoded[n++] = raw[i];
            }
        }
        String result = new String(decoded, 0, n, StandardCharsets.UTF_8);
        refuseNul(result, "path");
        return result;
    }

    private static void refuseNul(String text, String what) {
        if (text.indexOf('\0') >= 0) {
            throw Problem.invalid(
                    what.toLowerCase(Locale.ROOT) + ": holds a NUL (expected: text that an environment can carry)");
        }
    }
}
