package dev.polder.evidence.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases on a real store. */
class ReleasesIT {

    private static final EntityRef SHOP = EntityRef.parse("component:default/shop");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T23:30:00Z"), ZoneOffset.UTC);
    private static final Path NPM = Path.of("src/test/resources/apps/npm");

    @TempDir
    Path folder;

    private Store store;
    private Releases releases;

    @BeforeEach
    void open() {
        store = Store.open(folder.resolve("data"));
        releases = releases(CLOCK);
    }

    @AfterEach
    void close() {
        releases.close();
        store.close();
    }

    private Releases releases(Clock clock) {
        return new Releases(
                store.resources(), store.blobs(), new SbomBuilder(clock, UUID::randomUUID, "test"), clock, null);
    }

    private ReleaseInput input(EntityRef ref, String commit, Path source) {
        Digest wasm = store.blobs().put(Wasm.producedBy("sdk", "x", "1"));
        return new ReleaseInput(
                ref,
                new WorkloadRef("default", "shop"),
                List.of(new ReleaseInput.Module("shop.wasm", wasm)),
                commit,
                "assemblyscript",
                source);
    }

    @Test
    void aReleaseIsStoredWithItsDocument() {
        Release release = releases.create(input(SHOP, "3f2a1bcdeadbeef", NPM));

        assertThat(release.name()).isEqualTo("shop-20261122-3f2a1bc");
        assertThat(releases.get(release.name())).isEqualTo(release);
        assertThat(Digest.of(releases.sbom(release.name()))).isEqualTo(release.sbom());
        List<ComponentSummary> summary = releases.summary(release.name());
        assertThat(summary).hasSize(release.components());
        assertThat(summary)
                .anyMatch(component -> component.name().equals("chalk")
                        && component.purl().startsWith("pkg:npm/chalk@")
                        && component.licenses().equals(List.of("MIT"))
                        && component.scope().equals("required"));
    }

    @Test
    void theSameCommitTwiceADayGetsANameOfItsOwnAndTheNewestIsFirst() {
        Release first = releases.create(input(SHOP, "3f2a1bcdeadbeef", NPM));
        Release second = releases.create(input(SHOP, "3f2a1bcdeadbeef", NPM));
        releases.create(input(EntityRef.parse("component:default/cart"), "aaaaaaaa", NPM));

        assertThat(second.name()).isEqualTo("shop-20261122-3f2a1bc-2");
        assertThat(releases.list(SHOP)).containsExactly(second, first);
        assertThat(releases.latest(SHOP)).contains(second);
        assertThat(releases.list(EntityRef.parse("component:default/none"))).isEmpty();
    }

    @Test
    void aRestartFindsThemAgainAndOthersSeeThem() {
        try (Releases other = releases(Clock.offset(CLOCK, Duration.ofDays(1)))) {
            Release release = releases.create(input(SHOP, "", NPM));
            assertThat(release.name())
                    .isEqualTo("shop-20261122-" + release.wasm().shortForm());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> other.list(SHOP).equals(List.of(release)));
            try (Releases third = releases(CLOCK)) {
                assertThat(third.list(SHOP)).containsExactly(release);
            }
            store.resources().delete(new ResourceKey("polder.dev", "Release", "default", release.name()), 0);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> other.list(SHOP).isEmpty());
        }
    }

    @Test
    void nothingIsStoredWhenTheDocumentFails() throws Exception {
        Files.writeString(folder.resolve("go.mod"), "nonsense\n");
        assertThatThrownBy(() -> releases.create(input(SHOP, "1234567", folder)))
                .hasMessageContaining("go.mod:1:1");
        assertThat(releases.list(SHOP)).isEmpty();
        assertThat(store.resources().list("polder.dev", "Release", null).items())
                .isEmpty();
        assertThatThrownBy(() -> releases.get("shop-20261122-1234567"))
                .isInstanceOfSatisfying(Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.NOT_FOUND));
    }
}
