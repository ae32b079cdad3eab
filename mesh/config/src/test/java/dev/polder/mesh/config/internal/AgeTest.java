package dev.polder.mesh.config.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Resource;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class AgeTest {

    private static Resource route(String name, @Nullable String created) {
        Resource route = Resource.of(
                "gateway.networking.k8s.io/v1", "HTTPRoute", "default", name, JsonNodeFactory.instance.objectNode());
        return route.with(route.metadata().stored("1", 1, 1, created == null ? null : Instant.parse(created)));
    }

    @Test
    void theOlderOneComesFirstAndNamesDecideWhatTimesDoNot() {
        List<Resource> sorted = Stream.of(
                        route("a", "2026-11-25T18:00:00.002Z"),
                        route("z", "2026-11-25T18:00:00.001Z"),
                        route("y", "2026-11-25T18:00:00.001Z"),
                        route("unknown", null))
                .sorted(Age.OLDEST_FIRST)
                .toList();
        assertThat(sorted).extracting(resource -> resource.metadata().name()).containsExactly("unknown", "y", "z", "a");
    }
}
