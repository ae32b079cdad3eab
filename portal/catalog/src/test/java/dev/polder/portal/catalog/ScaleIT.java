package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ten thousand entities in 834 files: logs how long things take, and fails only when something is slower by an order of
 * magnitude. {@code -Dcatalog.scale=100000} measures more.
 */
class ScaleIT {

    private static final Logger LOG = LoggerFactory.getLogger(ScaleIT.class);
    private static final int ENTITIES = Integer.getInteger("catalog.scale", 10_000);
    private static final int PER_FILE = 12;

    @TempDir
    Path folder;

    @TempDir
    Path data;

    private final Map<String, Long> micros = new TreeMap<>();

    private void measure(String what, int times, Runnable work) {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            work.run();
            nanos[i] = System.nanoTime() - start;
        }
        java.util.Arrays.sort(nanos);
        micros.put(what, nanos[times / 2] / 1000);
    }

    @Test
    void tenThousandEntitiesAreFast() throws IOException {
        for (int file = 0; file * PER_FILE < ENTITIES; file++) {
            StringBuilder text = new StringBuilder();
            for (int i = file * PER_FILE; i < Math.min(ENTITIES, (file + 1) * PER_FILE); i++) {
                text.append("""
                        apiVersion: backstage.io/v1alpha1
                        kind: %s
                        metadata:
                          name: entity-%d
                          description: Does things of sort %d
                          tags: [t%d, java]
                          annotations: {acme.example/slug: acme/entity-%d}
                        spec: {type: type-%d, lifecycle: production, owner: team-%d, dependsOn: ['component:entity-%d'], definition: x}
                        ---
                        """.formatted(
                        i % 3 == 0 ? "API" : "Component", i, i % 7, i % 40, i, i % 9, i % 200, (i * 7) % ENTITIES));
            }
            Files.writeString(folder.resolve("f" + file + ".yaml"), text);
        }
        try (Store store = Store.open(data)) {
            CatalogSettings settings = CatalogSettings.of(List.of(LocationSpec.file(folder.toString())), List.of())
                    .withPoll(Duration.ofMinutes(10));
            long start = System.nanoTime();
            try (Catalog catalog = Catalog.open(store.database(), settings)) {
                catalog.awaitSettled(Duration.ofMinutes(3));
                micros.put("first load", (System.nanoTime() - start) / 1000);
                assertThat(catalog.index().size()).isEqualTo(ENTITIES + 1);
                assertThat(catalog.problems()).isEmpty();
                measure("round without changes", 5, () -> catalog.awaitSettled(Duration.ofMinutes(1)));
                int[] edit = {0};
                measure("round with one change", 5, () -> {
                    try {
                        Path file = folder.resolve("f1.yaml");
                        String text = Files.readString(file);
                        Files.writeString(file, text.replaceAll("sort [0-9]+", "sort " + (1000 + edit[0]++)));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    catalog.awaitSettled(Duration.ofMinutes(1));
                });
                List<Entity> entities = catalog.index().entities();
                measure("index of all", 9, () -> CatalogIndex.of(entities, Map.of()));
                // Processor time, because other builds on the machine stretch the clock.
                long before =
                        java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                CatalogIndex.of(entities, Map.of());
                long after =
                        java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                micros.put("index of all, processor time", (after - before) / 1000);
                queries(catalog);
            }
            long reopened = System.nanoTime();
            try (Catalog catalog = Catalog.open(store.database(), settings)) {
                micros.put("reopen until served", (System.nanoTime() - reopened) / 1000);
                assertThat(catalog.index().size()).isEqualTo(ENTITIES + 1);
            }
        }
        micros.forEach((what, time) -> LOG.info("{} entities, {}: {} ms", ENTITIES, what, time / 1000.0));
        assertThat(micros.get("index of all")).isLessThan(30L * ENTITIES * 10);
        assertThat(micros.get("page of 20 by name")).isLessThan(200_000);
    }

    private void queries(Catalog catalog) {
        EntityPredicate components = EntityPredicate.equal("kind", "component");
        measure(
                "page of 20 by kind",
                30,
                () -> catalog.query(EntityQuery.where(components).limit(20)));
        measure(
                "page of 20 by name",
                30,
                () -> catalog.query(EntityQuery.where(components)
                        .orderBy("metadata.name", false)
                        .limit(20)));
        measure(
                "two filters ORed, ordered",
                30,
                () -> catalog.query(EntityQuery.where(EntityPredicate.any(
                                EntityPredicate.equal("spec.owner", "team-3"),
                                EntityPredicate.equal("metadata.tags", "t4")))
                        .orderBy("metadata.name", true)
                        .limit(20)));
        measure("count", 30, () -> catalog.query(EntityQuery.where(components).limit(0)));
        measure(
                "filtered facet",
                30,
                () -> catalog.index().column("spec.type").counts(catalog.index().matching(components)));
        measure(
                "text",
                30,
                () -> catalog.query(
                        EntityQuery.all().containing("ity-77", "metadata.name").limit(20)));
    }
}
