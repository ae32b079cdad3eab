package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgiTest {

    private static Map<String, String> environment(String route, String target, HttpHeader... headers) {
        HttpRequestData request = new HttpRequestData(
                "POST",
                "https",
                "shop.example.com:8443",
                target,
                "HTTP/1.1",
                List.of(headers),
                new byte[3],
                "192.0.2.7",
                4711);
        RoutePattern pattern = RoutePattern.of(route);
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        return new CgiEnvironment(pattern, Map.of("GREETING", "hi", "SERVER_NAME", "not this"))
                .of(request, path, query, pattern.match(path));
    }

    private static HttpResponseData response(String output) {
        byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
        return CgiResponse.parse(bytes, bytes.length);
    }

    @Test
    void setsWhatSpinAndTheRfcSet() {
        Map<String, String> env = environment(
                "/shop/:id/...",
                "/shop/42/a%20b/c%2Fd?x=1&y=2",
                new HttpHeader("Content-Type", "text/plain"),
                new HttpHeader("X-Trace", "a"),
                new HttpHeader("x-trace", "b"),
                new HttpHeader("cookie", "c=1"),
                new HttpHeader("Cookie", "d=2"));

        assertThat(env)
                .containsEntry("REQUEST_METHOD", "POST")
                .containsEntry("QUERY_STRING", "x=1&y=2")
                .containsEntry("PATH_INFO", "/a b/c/d")
                .containsEntry("X_RAW_PATH_INFO", "/a%20b/c%2Fd")
                .containsEntry("SCRIPT_NAME", "/shop/:id")
                .containsEntry("X_MATCHED_ROUTE", "/shop/:id/...")
                .containsEntry("X_COMPONENT_ROUTE", "/shop/:id")
                .containsEntry("X_RAW_COMPONENT_ROUTE", "/shop/:id/...")
                .containsEntry("X_PATH_MATCH_ID", "42")
                .containsEntry("X_BASE_PATH", "/")
                .containsEntry("X_FULL_URL", "https://shop.example.com:8443/shop/42/a%20b/c%2Fd?x=1&y=2")
                .containsEntry("X_CLIENT_ADDR", "192.0.2.7:4711")
                .containsEntry("REMOTE_ADDR", "192.0.2.7")
                .containsEntry("SERVER_NAME", "shop.example.com")
                .containsEntry("SERVER_PORT", "8443")
                .containsEntry("SERVER_PROTOCOL", "HTTP/1.1")
                .containsEntry("GATEWAY_INTERFACE", "CGI/1.1")
                .containsEntry("CONTENT_LENGTH", "3")
                .containsEntry("CONTENT_TYPE", "text/plain")
                .containsEntry("HTTP_HOST", "shop.example.com:8443")
                .containsEntry("HTTP_X_TRACE", "a, b")
                .containsEntry("HTTP_COOKIE", "c=1; d=2")
                .containsEntry("GREETING", "hi");
    }

    @Test
    void keepsBackWhatCouldMislead() {
        Map<String, String> env = environment(
                "/...",
                "/",
                new HttpHeader("Proxy", "http://evil.example:3128"),
                new HttpHeader("Authorization", "Bearer secret"),
                new HttpHeader("Proxy-Authorization", "Basic secret"),
                new HttpHeader("X_Forged", "1"),
                new HttpHeader("A=B", "1"));

        assertThat(env)
                .doesNotContainKeys(
                        "HTTP_PROXY", "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION", "HTTP_X_FORGED", "HTTP_A=B");
    }

    @Test
    void refusesNulInThePath() {
        assertThatThrownBy(() -> environment("/...", "/a%00b"))
                .isInstanceOf(Problem.class)
                .hasMessage("path: holds a NUL (expected: text that an environment can carry)");
    }

    @ParameterizedTest
    @CsvSource({"[::1]:8080,[::1],8080", "[::1],[::1],80", "localhost,localhost,80", "h:,h,80"})
    void readsTheAuthority(String authority, String name, String port) {
        RoutePattern pattern = RoutePattern.of("/...");
        Map<String, String> env = new CgiEnvironment(pattern, Map.of())
                .of(HttpRequestData.get(authority, "/"), "/", "", pattern.match("/"));

        assertThat(env).containsEntry("SERVER_NAME", name).containsEntry("SERVER_PORT", port);
    }

    @Test
    void argumentsFollowTheTemplate() {
        assertThat(new CgiArguments("${SCRIPT_NAME} ${ARGS}").of("/a", "x=1&y=2"))
                .containsExactly("/a", "x=1", "y=2");
        assertThat(new CgiArguments("${SCRIPT_NAME} ${ARGS}").of("/a", "")).containsExactly("/a");
        assertThat(new CgiArguments("serve  --quiet").of("/a", "x")).containsExactly("serve", "--quiet");
    }

    @Test
    void readsHeadersStatusAndBody() {
        HttpResponseData response = response(
                "Content-Type: text/plain; charset=utf-8\r\nStatus: 404 Not here\nSet-Cookie: a=1\nSet-Cookie: b=2\r\n"
                        + "Content-Length: 99\nConnection: close\n\r\nline\n\nmore");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.headers())
                .containsExactly(
                        new HttpHeader("Content-Type", "text/plain; charset=utf-8"),
                        new HttpHeader("Set-Cookie", "a=1"),
                        new HttpHeader("Set-Cookie", "b=2"));
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("line\n\nmore");
    }

    @Test
    void locationAloneMeansFound() {
        assertThat(response("Location: /elsewhere\n\n").status()).isEqualTo(302);
        assertThat(response("Location: /x\nStatus: 201\n\n").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello world",
                "hello\n\nworld",
                "X-Only: 1\n\n",
                "Content-Type: text/plain\n",
                "Content-Type: text/plain\n continued\n\n",
                "Content-Type: a\nContent-Type: b\n\n",
                "Content Type: a\n\n",
                "Content-Type: a\rX-Injected: 1\n\n",
                "Content-Type: a\u0000b\n\n",
                ": a\n\n",
                "Status: 99\n\n",
                "Status: 101\n\n",
                "Status: 2000\n\n",
                "Status: ok\n\n",
                "Status: 200\nStatus: 201\n\n",
            })
    void malformedOutputIsTheGuestsFault(String output) {
        assertThatThrownBy(() -> response(output)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(Problem.Code.BAD_UPSTREAM);
            assertThat(problem.whoFailed()).isEqualTo(Problem.WhoFailed.GUEST);
        });
    }

    @Test
    void headersAreBounded() {
        assertThatThrownBy(() -> response("Content-Type: " + "a".repeat(70_000) + "\n\n"))
                .hasMessage("its headers are longer than 65536 bytes");
        assertThatThrownBy(() -> response("Content-Type: a\n" + "X-A: b\n".repeat(300) + "\n"))
                .hasMessage("more than 200 header fields");
    }

    /** Whatever a guest writes, the answer is a response without line breaks in its fields, or its fault. */
    @Test
    void survivesRandomOutput() {
        long seed = Long.getLong("polder.seed", 20261122L);
        Random random = new Random(seed);
        String[] pieces = {
            "Content-Type: text/plain", "Status: 200", "\n", "\r\n", "\r", ":", "X-A: b", " ", "\u0000", "é"
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                HttpResponseData response = response(text.toString());
                assertThat(response.status()).isBetween(200, 599);
                for (HttpHeader header : response.headers()) {
                    assertThat(header.name() + header.value()).doesNotContain("\r", "\n", "\0");
                }
            } catch (Problem expected) {
                assertThat(expected.whoFailed()).isEqualTo(Problem.WhoFailed.GUEST);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round + ": " + text, e);
            }
        }
    }
}
