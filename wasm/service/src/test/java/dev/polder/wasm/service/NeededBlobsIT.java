package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.store.BlobUse;
import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Which blobs the apps need, and that collecting the others takes none of these away. */
class NeededBlobsIT {

    private static final Duration SPARED = Duration.ofHours(1);

    /** Blobs do not become old while they are collected, as they would in an hour. */
    private final ReentrantLock ageing = new ReentrantLock();

    @TempDir
    Path folder;

    private static BuiltApp app(String answer) {
        BuiltApp plain = TestModules.app(TestModules.answers(answer));
        return new BuiltApp(
                plain.spin(),
                plain.manifest(),
                plain.components(),
                Map.of("service", Map.of("page.html", answer.getBytes(StandardCharsets.UTF_8))),
                plain.language(),
                plain.sourceDir());
    }

    /** The files of the blobs; one may be gone already. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder.resolve("data/blobs/sha256"))) {
            for (Path one : folders.toList()) {
                try (Stream<Path> inside = Files.list(one)) {
                    files.addAll(inside.toList());
                }
            }
        }
        return files;
    }

    /** Makes every blob look as if nobody had used it for long. */
    private void age() throws IOException {
        FileTime before = FileTime.from(Instant.now().minus(SPARED).minusSeconds(60));
        for (Path file : files()) {
            try {
                Files.setLastModifiedTime(file, before);
            } catch (NoSuchFileException e) {
                assertThat(file).doesNotExist(); // it was collected meanwhile
            }
        }
    }

    private static BlobUse collect(Harness polder) {
        return polder.store.blobs().collect(polder.apps::blobs, SPARED, false);
    }

    @Test
    void versionsThatServeOrAreKeptStayWholeAndTheOthersGo() throws Exception {
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder)) {
            Digest stray = polder.store.blobs().put("pulled, never deployed".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < WasmApps.MAX_KEPT + 2; i++) {
                polder.apps.deploy(workload("shop"), app("v" + i), info("1"));
            }
            polder.apps.deploy(workload("still"), app("still"), info("1"));
            polder.apps.stop(workload("still"));
            polder.apps.deploy(workload("gone"), app("gone"), info("1"));
            polder.apps.undeploy(workload("gone"));
            age();

            // each version has a wasm file, a page and its listing of its own; the manifest is everybody's
            BlobUse use = collect(polder);

            assertThat(use.due()).isEqualTo(1 + 3 * (2 + 1));
            assertThat(use.blobsLeft()).isEqualTo(1 + 3 * (WasmApps.MAX_KEPT + 1));
            assertThat(use.missing()).isZero();
            assertThat(polder.store.blobs().size(stray)).isEmpty();
        }
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder)) {
            assertThat(polder.apps.restore()).isEqualTo(1);
            polder.apps.start(workload("still"));
            assertThat(text(polder.get("still", "/"))).isEqualTo("still");
            polder.apps.rollBack(workload("shop"), 3, "");
            assertThat(text(polder.get("shop", "/"))).isEqualTo("v2");
        }
    }

    @Test
    void anAppThatCannotBeReadKeepsEverything() throws Exception {
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder)) {
            polder.apps.deploy(workload("shop"), app("v"), info("1"));
            Resource stored = polder.store
                    .resources()
                    .get(AppRecord.key(workload("shop")))
                    .orElseThrow();
            ObjectNode fields = stored.fields().deepCopy();
            ((ObjectNode) fields.path("spec")).put("manifest", "what a newer Polder wrote");
            polder.store
                    .resources()
                    .apply(new Resource(
                            stored.apiVersion(), stored.kind(), stored.metadata(), fields, stored.status()));
            age();
            assertThatThrownBy(() -> collect(polder))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("shop")
                    .hasMessageContaining("what a newer Polder wrote");
            assertThat(files()).hasSize(4);
        }
    }

    @Test
    void deploymentsAndRollbacksGoOnWhileBlobsAreCollected() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> collecting = threads.submit(() -> {
                long deleted = 0;
                while (!done.get()) {
                    ageing.lock();
                    try {
                        deleted += collect(polder).due();
                    } finally {
                        ageing.unlock();
                    }
                }
                return deleted;
            });
            try {
                for (int i = 0; i < WasmApps.MAX_KEPT + 5; i++) {
                    ageing.lock();
                    try {
                        age();
                    } finally {
                        ageing.unlock();
                    }
                    // what was deployed, was dropped and comes again is as old as it can be
                    polder.apps.deploy(workload("shop"), app("v" + i % (WasmApps.MAX_KEPT + 2)), info("1"));
                    if (i % 3 == 2) {
                        polder.apps.rollBack(workload("shop"), 0, "");
                    }
                }
            } finally {
                done.set(true);
            }
            assertThat(collecting.get()).isPositive();
            assertThat(collect(polder).missing()).isZero();
        }
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder)) {
            assertThat(polder.apps.restore()).isEqualTo(1);
            polder.apps.rollBack(workload("shop"), 0, "");
            assertThat(collect(polder).missing()).isZero();
        }
    }
}
