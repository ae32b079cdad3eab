package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpinHeadersTest {

    @Test
    void spinsHeadersReplaceTheClientsOwn() {
        RoutePattern pattern = RoutePattern.of("/users/:user_id/...");
        HttpRequestData request = new HttpRequestData(
                "GET",
                "https",
                "shop.example.com",
                "/users/7/a/b?x=1",
                "HTTP/1.1",
                List.of(
                        new HttpHeader("accept", "*/*"),
                        new HttpHeader("Spin-Path-Match-User-Id", "8"),
                        new HttpHeader("spin-client-addr", "10.0.0.1:1")),
                new byte[0],
                "192.0.2.1",
                4711);

        assertThat(SpinHeaders.of(pattern, request, "/users/7/a/b", pattern.match("/users/7/a/b")))
                .containsExactly(
                        new HttpHeader("accept", "*/*"),
                        new HttpHeader("spin-path-info", "/a/b"),
                        new HttpHeader("spin-full-url", "https://shop.example.com/users/7/a/b?x=1"),
                        new HttpHeader("spin-matched-route", "/users/:user_id/..."),
                        new HttpHeader("spin-base-path", "/"),
                        new HttpHeader("spin-raw-component-route", "/users/:user_id/..."),
                        new HttpHeader("spin-component-route", "/users/:user_id"),
                        new HttpHeader("spin-client-addr", "192.0.2.1:4711"),
                        new HttpHeader("spin-path-match-user-id", "7"));
    }
}
