package dev.polder.mesh.proxy.internal.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.mesh.proxy.internal.http.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestViewTest {

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/%2e%2E/b, /b",
        "/../../x, /x",
        "/a/.., /",
        "/a/b/.., /a/",
        "/a/., /a/",
        "/.hidden, /.hidden",
        "/a..b/c, /a..b/c",
        "//a/../b, //b",
    })
    void takesDotSegmentsOut(String raw, String expected) {
        assertThat(RequestView.normalise(raw)).isEqualTo(expected);
    }

    @Test
    void showsHostPathQueryAndHeaders() {
        Head head = new Head();
        head.request("PATCH", "/a/b?x=1&y=a%20b&flag");
        head.add("host", "Shop.Example:8443").add("x-a", "1").add("X-A", "2");
        RequestView view = new RequestView();
        view.of(head);
        assertThat(view.host()).isEqualTo("shop.example");
        assertThat(view.path()).isEqualTo("/a/b");
        assertThat(view.method()).isEqualTo("PATCH");
        assertThat(view.header("x-a")).hasToString("1,2");
        assertThat(view.header("x-b")).isNull();
        assertThat(view.queryParameter("x")).isEqualTo("1");
        assertThat(view.queryParameter("y")).isEqualTo("a b");
        assertThat(view.queryParameter("flag")).isEmpty();
        assertThat(view.queryParameter("z")).isNull();
        head.request("GET", "/a/b?x=2");
        head.add("host", "[::1]:80");
        view.of(head);
        assertThat(view.host()).isEqualTo("[::1]");
        assertThat(view.queryParameter("x")).isEqualTo("2");
    }
}
