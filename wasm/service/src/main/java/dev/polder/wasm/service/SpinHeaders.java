package dev.polder.wasm.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The headers that Spin adds to a request for a component behind the http executor: {@code spin-path-info}, {@code
 * spin-path-match-NAME} and their kin. Their forms for WAGI guests are in {@link CgiEnvironment}. A client's own headers
 * of these names are dropped, so that a guest can trust them.
 */
final class SpinHeaders {

    private static final String PREFIX = "spin-";

    private SpinHeaders() {}

    /**
     * The request's headers and Spin's.
     *
     * @param path the raw path of the target
     * @param restStart where the part of the path begins that the route's wildcard took
     */
    static List<HttpHeader> of(RoutePattern pattern, HttpRequestData request, String path, int restStart) {
        List<HttpHeader> headers = new ArrayList<>(request.headers().size() + 8);
        for (HttpHeader header : request.headers()) {
            if (!isSpins(header.name())) {
                headers.add(header);
            }
        }
        headers.add(new HttpHeader("spin-path-info", path.substring(restStart)));
        headers.add(new HttpHeader("spin-full-url", request.scheme() + "://" + request.authority() + request.target()));
        headers.add(new HttpHeader("spin-matched-route", pattern.raw()));
        headers.add(new HttpHeader("spin-base-path", "/"));
        headers.add(new HttpHeader("spin-raw-component-route", pattern.raw()));
        headers.add(new HttpHeader("spin-component-route", pattern.prefix()));
        headers.add(new HttpHeader("spin-client-addr", CgiEnvironment.clientAddress(request)));
        List<String> values = pattern.values(path);
        for (int i = 0; i < values.size(); i++) {
            String name = pattern.parameters().get(i).toLowerCase(Locale.ROOT).replace('_', '-');
            headers.add(new HttpHeader(PREFIX + "path-match-" + name, values.get(i)));
        }
        return headers;
    }

    private static boolean isSpins(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "spin-path-info",
                    "spin-full-url",
                    "spin-matched-route",
                    "spin-base-path",
                    "spin-raw-component-route",
                    "spin-component-route",
                    "spin-client-addr" -> true;
            default -> lower.startsWith("spin-path-match-");
        };
    }
}
