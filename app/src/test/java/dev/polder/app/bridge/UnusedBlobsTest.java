package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.kernel.store.BlobUse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusedBlobsTest {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private BlobStore blobs;
    private Digest served;
    private Digest sbom;

    @BeforeEach
    void fill() throws IOException {
        blobs = BlobStore.in(folder);
        served = old("a component that serves");
        sbom = old("an SBOM");
        old("a component that nobody needs");
        blobs.put("one that was just uploaded".getBytes(StandardCharsets.UTF_8));
    }

    private Digest old(String text) throws IOException {
        Digest digest = blobs.put(text.getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(
                blobs.file(digest), FileTime.from(Instant.now().minus(DAY).minusSeconds(1)));
        return digest;
    }

    private UnusedBlobs unused(List<Supplier<Set<Digest>>> needed, Duration spared) {
        return new UnusedBlobs(blobs, needed, spared, registry);
    }

    private double metric(String name) {
        return registry.get(name).meter().measure().iterator().next().getValue();
    }

    @Test
    void looksAndThenDeletesWhatIsDue() {
        try (UnusedBlobs unused = unused(List.of(() -> Set.of(served), () -> Set.of(sbom)), DAY)) {
            assertThat(metric("polder.blobs")).as("before the first look").isNaN();
            BlobUse look = unused.collect(true);
            assertThat(List.of(look.blobs(), look.unused(), look.due())).containsExactly(4L, 2L, 1L);
            assertThat(List.of(metric("polder.blobs"), metric("polder.blobs.unused"), metric("polder.blobs.deleted")))
                    .containsExactly(4.0, 2.0, 0.0);

            assertThat(unused.collect(false).deleted()).isTrue();
            assertThat(List.of(metric("polder.blobs"), metric("polder.blobs.unused"), metric("polder.blobs.deleted")))
                    .containsExactly(3.0, 1.0, 1.0);
            assertThat(metric("polder.blob.deleted.bytes")).isEqualTo("a component that nobody needs".length());
            assertThat(blobs.size(served)).isPresent();
            assertThat(blobs.size(sbom)).isPresent();
        }
    }

    @Test
    void deletesNothingWhenOnePartCannotTell() {
        Problem unknown = Problem.invalid("WasmApp shop");
        try (UnusedBlobs unused = unused(
                List.of(() -> Set.of(served), () -> {
                    throw unknown;
                }),
                DAY)) {
            assertThatThrownBy(() -> unused.collect(false)).isSameAs(unknown);
        }
        assertThat(blobs.collect(Set::of, DAY, true).blobs()).isEqualTo(4);
    }

    @Test
    void zeroHoursKeepAll() {
        try (UnusedBlobs unused = unused(List.of(Set::of), Duration.ZERO)) {
            unused.start();
            assertThat(unused.collect(false).deleted()).isFalse();
        }
        assertThat(blobs.collect(Set::of, DAY, true).blobs()).isEqualTo(4);
    }
}
