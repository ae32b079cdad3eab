package dev.polder.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceCodecTest {

    private static Resource decode(String yaml) {
        return ResourceCodec.decode(YamlReader.read("f.yaml", yaml).getFirst(), "default");
    }

    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata:
              name: shop
              namespace: acme
              labels: {team: checkout, app: shop}
              annotations: {note: x}
              uid: 1-2
              resourceVersion: "7"
              generation: 3
              creationTimestamp: 2026-11-25T18:00:00.123Z
            spec: {hostnames: [shop.example]}
            status: {parents: []}
            """;

    @Test
    void readsTheEnvelope() {
        Resource route = decode(ROUTE);
        assertThat(route.key()).isEqualTo(new ResourceKey("gateway.networking.k8s.io", "HTTPRoute", "acme", "shop"));
        assertThat(route.metadata())
                .isEqualTo(new Resource.Metadata(
                        "shop",
                        "acme",
                        Map.of("team", "checkout", "app", "shop"),
                        Map.of("note", "x"),
                        "1-2",
                        7,
                        3,
                        Instant.parse("2026-11-25T18:00:00.123Z")));
        assertThat(route.spec().at("/hostnames/0").asString()).isEqualTo("shop.example");
        assertThat(route.status().has("parents")).isTrue();
        assertThat(route.fields().has("status")).isFalse();
    }

    @Test
    void writesWhatItRead() {
        Resource route = decode(ROUTE);
        String written = ResourceCodec.encode(route).toString();
        assertThat(decode(written)).isEqualTo(route);
        assertThat(written)
                .isEqualTo("{\"apiVersion\":\"gateway.networking.k8s.io/v1\",\"kind\":\"HTTPRoute\",\"metadata\":{"
                        + "\"name\":\"shop\",\"namespace\":\"acme\",\"labels\":{\"app\":\"shop\",\"team\":\"checkout\"},"
                        + "\"annotations\":{\"note\":\"x\"},\"uid\":\"1-2\",\"resourceVersion\":\"7\",\"generation\":3,"
                        + "\"creationTimestamp\":\"2026-11-25T18:00:00.123Z\"},"
                        + "\"spec\":{\"hostnames\":[\"shop.example\"]},\"status\":{\"parents\":[]}}");
    }

    @Test
    void keepsFieldsOtherThanSpec() {
        Resource slice = decode(
                "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\nendpoints: [{addresses: [10.0.0.1]}]\n");
        assertThat(slice.field("endpoints")).isPresent();
        assertThat(slice.field("nothing")).isEmpty();
        assertThat(slice.spec()).isEmpty();
        assertThat(slice.metadata().namespace()).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                                             | f.yaml:1:1",
                "kind: A                                                        | f.yaml:1:1 (apiVersion): apiVersion: missing",
                "{apiVersion: v1, kind: 7, metadata: {name: a}}                 | f.yaml:1:18 (kind): kind: 7",
                "{apiVersion: v1, kind: A}                                      | (metadata): metadata is missing",
                "{apiVersion: v1, kind: A, metadata: {}}                        | (metadata.name): name: missing",
                "{apiVersion: v1, kind: A, metadata: {name: a/b}}               | f.yaml:1:38 (metadata.name): metadata.name",
                "{apiVersion: v1, kind: A B, metadata: {name: a}}               | kind: \"A B\"",
                "{apiVersion: v1, kind: A, metadata: {name: a, labels: [x]}}    | (metadata.labels)",
                "{apiVersion: v1, kind: A, metadata: {name: a, labels: {x: 1}}} | f.yaml:1:56 (metadata.labels.x)",
                "{apiVersion: v1, kind: A, metadata: {name: a, resourceVersion: x}} | (metadata.resourceVersion)"
            })
    void saysWhichFieldIsWrong(String yaml, String message) {
        assertThatThrownBy(() -> decode(yaml))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining(message);
    }
}
