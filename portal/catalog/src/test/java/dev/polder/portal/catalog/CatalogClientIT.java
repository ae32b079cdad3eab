package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that Backstage's plugins use works against our catalogue as it is. */
class CatalogClientIT {

    private static final String REMOTE = "https://git.acme.example/remote/catalog-info.yaml";

    /** A git server with one file. */
    private static final LocationReader READER = new LocationReader() {
        @Override
        public boolean supports(String url) {
            return url.startsWith("https://git.acme.example/");
        }

        @Override
        public List<Content> read(String url, int maxBytes) {
            if (!url.equals(REMOTE)) {
                throw Problem.notFound(url + " is not there");
            }
            String text = """
                    apiVersion: backstage.io/v1alpha1
                    kind: Component
                    metadata: {name: remote}
                    spec: {type: service, lifecycle: experimental, owner: group:default/platform}
                    """;
            return List.of(new Content(url, text.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public Optional<String> version(String url) {
            return Optional.of("1");
        }
    };

    @TempDir
    Path data;

    @Test
    void theRealClientWorks() throws Exception {
        NodePackages packages = NodePackages.install("client");
        LocationSpec acme = LocationSpec.file("../../samples/acme/catalog-info.yaml");
        try (CatalogFixture fixture = CatalogFixture.open(data, CatalogSettings.of(List.of(acme), List.of(READER)))) {
            assertThat(fixture.catalog.problems()).isEmpty();
            Process client = packages.run("client.cjs", fixture.base(), REMOTE).start();
            String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.exitValue()).as(output).isZero();
            assertThat(output).contains("14 passed, 0 failed");
        }
    }
}
