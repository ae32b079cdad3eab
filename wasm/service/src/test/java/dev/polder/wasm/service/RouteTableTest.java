package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    private static RouteTable<String> table(String... routes) {
        return new RouteTable<>(Stream.of(routes)
                .map(route -> new RouteTable.Entry<>(RoutePattern.of(route), route))
                .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "/,/",
        "/hello,/hello",
        "/hello/,/hello",
        "/hello/x,/hello/...",
        "/hello/x/y/,/hello/...",
        "/users/7,/users/:id",
        "/users/me,/users/me",
        "/users/7/posts,/users/:id/posts",
        "/users/7/other,/users/:id/...",
        "/elsewhere,/...",
        "/users,/...",
        "/users//posts,/...",
    })
    void mostSpecificWins(String path, String expected) {
        RouteTable<String> table = table(
                "/...", "/users/:id/...", "/users/:id/posts", "/users/:id", "/users/me", "/hello/...", "/hello", "/");

        assertThat(table.find(path).entry().target()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            value = {"/foo/...|/foo|''", "/foo/...|/foo/|/", "/foo/...|/foo/bar/|/bar/", "/...|/|/", "/foo|/foo/|''"},
            delimiter = '|')
    void theRestKeepsItsSlashes(String route, String path, String rest) {
        assertThat(path.substring(table(route).find(path).restStart())).isEqualTo(rest);
    }

    @Test
    void noRouteNoMatch() {
        assertThat(table("/foo").find("/foobar")).isNull();
        assertThat(table("/foo/...").find("/foobar")).isNull();
        assertThat(table("/foo/:id").find("/foo/")).isNull();
        assertThat(table("/").find("/x")).isNull();
    }

    @Test
    void namedSegmentsAreRaw() {
        RoutePattern pattern = RoutePattern.of("/a/:first/b/:second/...");

        assertThat(pattern.match("/a/1%2F/b/zwei/rest")).isEqualTo("/a/1%2F/b/zwei".length());
        assertThat(pattern.values("/a/1%2F/b/zwei/rest")).isEqualTo(List.of("1%2F", "zwei"));
        assertThat(pattern.prefix()).isEqualTo("/a/:first/b/:second");
    }

    @ParameterizedTest
    @CsvSource({"/a/.../b", "/a*", "/:", "/:1", "/a//b", "/a?b", "/:x/:x"})
    void faultsAreNamed(String route) {
        assertThat(RoutePattern.fault(route)).contains("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({"/", "/...", "/*", "/a/", "/a/:b/c/...", "/.well-known/x"})
    void goodRoutesHaveNone(String route) {
        assertThat(RoutePattern.fault(route)).isNull();
    }
}
