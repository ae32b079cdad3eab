package dev.polder.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: default}
            spec:
              gatewayClassName: polder
              listeners: [{name: http, port: 80, protocol: HTTP}]
            """;

    private record Facts(
            String host, String path, String method, Map<String, String> headers, Map<String, String> query)
            implements RequestFacts {
        @Override
        public @Nullable CharSequence header(String name) {
            return headers.get(name);
        }

        @Override
        public @Nullable String queryParameter(String name) {
            return query.get(name);
        }
    }

    private static Facts get(String host, String path) {
        return new Facts(host, path, "GET", Map.of(), Map.of());
    }

    private static RouteTable table(String... routes) {
        Compilation compilation = Yaml.compile(GATEWAY + "---\n" + String.join("---\n", routes));
        return compilation
                .snapshot()
                .gateways()
                .getFirst()
                .listeners()
                .getFirst()
                .routes();
    }

    private static String route(String name, String hostnames, String rules) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s, namespace: default}
                spec:
                  parentRefs: [{name: edge}]
                  hostnames: %s
                  rules: %s
                """.formatted(name, hostnames, rules);
    }

    private static String chosen(RouteTable table, RequestFacts request) {
        RouteEntry entry = table.match(request);
        return entry == null ? "404" : entry.rule().routeName() + entry.rule().ruleIndex();
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com, exact0",
        "x.example.com, wild0",
        "a.b.example.com, wild0",
        "a.shop.example.com, longer0",
        "example.com, any0",
        "'', any0"
    })
    void aMoreSpecificHostWins(String host, String expected) {
        RouteTable table = table(
                route("any", "[]", "[{}]"),
                route("wild", "['*.example.com']", "[{}]"),
                route("longer", "['*.shop.example.com']", "[{}]"),
                route("exact", "[api.example.com]", "[{}]"));
        assertThat(chosen(table, get(host, "/"))).isEqualTo(expected);
    }

    @Test
    void aHostWhoseRoutesDoNotMatchFallsThrough() {
        RouteTable table = table(
                route("exact", "[api.example.com]", "[{matches: [{path: {value: /only}}]}]"),
                route("wild", "['*.example.com']", "[{matches: [{path: {value: /other}}]}]"));
        assertThat(chosen(table, get("api.example.com", "/other/x"))).isEqualTo("wild0");
        assertThat(chosen(table, get("api.example.com", "/nothing"))).isEqualTo("404");
    }

    @ParameterizedTest
    @CsvSource({"/, p0", "/a, p1", "/a/, p1", "/ab, p0", "/a/b, p3", "/a/b/, p2", "/a/b/c, p2", "/a/bc, p1", "/v7/x, p0"
    })
    void exactBeforeLongestPrefixByWholeSegments(String path, String expected) {
        RouteTable table = table(route("p", "[]", """
                [{matches: [{path: {value: /}}]}, {matches: [{path: {value: /a}}]},
                 {matches: [{path: {value: /a/b/}}]}, {matches: [{path: {type: Exact, value: /a/b}}]},
                 {matches: [{path: {type: RegularExpression, value: '/v[0-9]+/.*'}}]}]"""));
        assertThat(chosen(table, get("h", path))).isEqualTo(expected);
    }

    @Test
    void thenMethodThenHeadersThenQueryThenTheFirstRule() {
        RouteTable table = table(route("r", "[]", """
                [{matches: [{path: {value: /x}}]},
                 {matches: [{path: {value: /x}, queryParams: [{name: q, value: '1'}]}]},
                 {matches: [{path: {value: /x}, headers: [{name: A, value: '1'}]}]},
                 {matches: [{path: {value: /x}, headers: [{name: A, value: '1'}, {name: B, value: '2'}]}]},
                 {matches: [{path: {value: /x}, method: POST}]},
                 {matches: [{path: {value: /x}}]}]"""));
        Map<String, String> both = Map.of("a", "1", "b", "2");
        assertThat(chosen(table, get("h", "/x"))).isEqualTo("r0");
        assertThat(chosen(table, new Facts("h", "/x", "GET", Map.of(), Map.of("q", "1"))))
                .isEqualTo("r1");
        assertThat(chosen(table, new Facts("h", "/x", "GET", Map.of("a", "1"), Map.of("q", "1"))))
                .isEqualTo("r2");
        assertThat(chosen(table, new Facts("h", "/x", "GET", both, Map.of()))).isEqualTo("r3");
        assertThat(chosen(table, new Facts("h", "/x", "POST", both, Map.of()))).isEqualTo("r4");
    }

    @Test
    void betweenRoutesTheNameDecidesWhenAgesAreUnknown() {
        RouteTable table = table(route("b", "[]", "[{}]"), route("a", "[]", "[{}]"));
        assertThat(chosen(table, get("h", "/"))).isEqualTo("a0");
    }

    /** The tree against the plain rule, on random prefixes; a failure prints the seed. */
    @Test
    void theTreeFindsWhatAScanFinds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TreeMap<String, Integer> prefixes = new TreeMap<>();
        while (prefixes.size() < 16) {
            prefixes.putIfAbsent(path(random), prefixes.size());
        }
        StringBuilder rules = new StringBuilder("[");
        prefixes.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(prefix -> rules.append("{matches: [{path: {value: '")
                        .append(prefix.getKey())
                        .append("'}}]},"));
        RouteTable table = table(route("p", "[]", rules + "]"));
        for (int i = 0; i < 2000; i++) {
            String path = path(random) + (random.nextBoolean() ? "/" : "");
            String expected = prefixes.entrySet().stream()
                    .filter(prefix -> prefix.getKey().equals("/")
                            || path.equals(prefix.getKey())
                            || path.startsWith(prefix.getKey() + "/"))
                    .max(Comparator.comparingInt(prefix -> prefix.getKey().length()))
                    .map(prefix -> "p" + prefix.getValue())
                    .orElse("404");
            assertThat(chosen(table, get("h", path.replace("//", "/"))))
                    .as("seed %d, path %s", seed, path)
                    .isEqualTo(expected);
        }
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        IntStream.range(0, random.nextInt(4)).forEach(i -> path.append('/').append("abc", 0, 1 + random.nextInt(3)));
        return path.isEmpty() ? "/" : path.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "/foo, /xyz, /foo/bar, /xyz/bar",
        "/foo, /xyz/, /foo/bar, /xyz/bar",
        "/foo, /xyz, /foo, /xyz",
        "/foo, /xyz, /foo/, /xyz/",
        "/foo, '', /foo/bar, /bar",
        "/foo, '', /foo/, /",
        "/foo, '', /foo, /",
        "/foo, /, /foo/, /",
        "/foo, /, /foo, /",
        "/, /xyz, /bar, /xyz/bar"
    })
    void aReplacedPrefixNeitherLosesNorDoublesSlashes(String prefix, String by, String path, String expected) {
        assertThat(new PathModifier.ReplacePrefixMatch(by).apply(path, new PathMatch.Prefix(prefix)))
                .isEqualTo(expected);
    }

    @Test
    void weightsShareTheRequests() {
        HttpRule rule = new HttpRule(
                "ns",
                "r",
                0,
                "",
                List.of(),
                List.of(
                        new Backend(9, null, "a", List.of()),
                        new Backend(0, null, "b", List.of()),
                        new Backend(1, null, "c", List.of())),
                10,
                HttpRule.Timeouts.NONE);
        assertThat(IntStream.range(0, 10).mapToObj(point -> rule.pick(point).problem()))
                .containsExactly("a", "a", "a", "a", "a", "a", "a", "a", "a", "c");
    }
}
