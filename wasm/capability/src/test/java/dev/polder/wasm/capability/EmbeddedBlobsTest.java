package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded store, its quotas, and what a crash leaves. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EmbeddedBlobsTest extends BlobContract {

    @TempDir
    Path folder;

    private BlobStores stores;

    @BeforeEach
    void open() {
        stores = BlobStores.in(folder.resolve("blobs"), LIMITS, Map.of());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Override
    BlobStores stores() {
        return stores;
    }

    private long files(String part) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("blobs").resolve(part))) {
            return files.count();
        }
    }

    @Test
    void equalContentIsKeptOnceAndGoesWithItsLastName() throws Exception {
        WasiBlobContainer.Container container = ok(blobstore().createContainer("c"));
        write(container, "one", bytes("same"));
        write(container, "two", bytes("same"));
        write(container, "three", bytes("other"));
        assertThat(files("content")).isEqualTo(2);
        ok(container.deleteObject("one"));
        assertThat(read(container, "two", 0, -1)).isEqualTo(bytes("same"));
        write(container, "two", bytes("third"));
        assertThat(files("content")).isEqualTo(2);
        ok(blobstore().deleteContainer("c"));
        assertThat(files("content")).isZero();
        assertThat(files("incoming")).isZero();
    }

    @Test
    void containersOfOneEntryAreNotThoseOfAnother() {
        WasiBlobstore photos = new WasiBlobstore(io, stores.of("photos"), Set.of("box", "other"));
        WasiBlobstore docs = new WasiBlobstore(io, stores.of("docs"), Set.of("*"));
        WasiBlobContainer.Container container = ok(photos.createContainer("box"));
        // The value is made by wasi:blobstore/types, which all entries share.
        write(container, "a", bytes("photo"));
        write(ok(docs.createContainer("box")), "a", bytes("doc"));

        assertThat(read(ok(photos.getContainer("box")), "a", 0, -1)).isEqualTo(bytes("photo"));
        assertThat(ok(container.name())).isEqualTo("box");
        assertThat(ok(container.objectInfo("a")).container()).isEqualTo("box");
        assertThat(photos.createContainer("third")).isInstanceOf(Result.Err.class);
        ok(photos.createContainer("other"));
        ok(photos.copyObject(new WasiBlobstore.ObjectId("box", "a"), new WasiBlobstore.ObjectId("other", "b")));
        assertThat(ok(docs.containerExists("other"))).isFalse();
        ok(docs.deleteContainer("box"));
        assertThat(read(ok(photos.getContainer("other")), "b", 0, -1)).isEqualTo(bytes("photo"));
        assertThat(ok(blobstore().containerExists("photos_box")))
                .as("the name by which an operator puts it elsewhere")
                .isTrue();
        assertThat(ok(blobstore().containerExists("box"))).isFalse();
    }

    @Test
    void quotasHoldAndAFullStoreStaysAsItWas() throws Exception {
        BlobLimits small = new BlobLimits(100, 100, 2, 150, 100);
        try (EmbeddedBlobs blobs = EmbeddedBlobs.open(folder.resolve("small"), small)) {
            Path file = Files.write(folder.resolve("file"), new byte[80]);
            Path other = Files.write(folder.resolve("other"), new byte[81]);
            blobs.create("c");
            blobs.put("c", "a", file);
            assertThatThrownBy(() -> blobs.put("c", "b", other))
                    .hasMessageContaining("161 bytes (expected: at most 150)");
            assertThatThrownBy(() -> blobs.put("none", "b", other)).hasMessageContaining("there is none");
            blobs.put("c", "a", other);
            blobs.put("c", "b", Files.write(folder.resolve("tiny"), new byte[1]));
            assertThatThrownBy(() -> blobs.copy("c", "b", "c", "third"))
                    .hasMessageContaining("3 (expected: at most 2)");
            assertThatThrownBy(() -> blobs.put("c", "a", Files.write(folder.resolve("big"), new byte[101])))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("101 bytes (expected: at most 100)");
            assertThat(blobs.list("c", Optional.empty()).names()).containsExactly("a", "b");
            try (Stream<Path> files = Files.list(folder.resolve("small/content"))) {
                assertThat(files).as("no file without a name").hasSize(2);
            }
        }
    }

    /** A writer that is killed at any moment: each name that it told has its content, and nothing else is left. */
    @Test
    void survivesSigkill() throws Exception {
        Path killed = folder.resolve("killed");
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Writer.class.getName(),
                        killed.toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        List<String> told = new ArrayList<>();
        try (BufferedReader out = writer.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                told.add(line);
                if (told.size() == 20) {
                    writer.toHandle().destroyForcibly(); // keeps the pipe, unlike the process
                }
            }
        }
        assertThat(told).as(Files.readString(folder.resolve("errors"))).hasSizeGreaterThanOrEqualTo(20);
        try (EmbeddedBlobs blobs = EmbeddedBlobs.open(killed, LIMITS)) {
            List<String> names = blobs.list("c", Optional.empty()).names();
            assertThat(names).containsAll(told);
            for (String name : names) {
                try (BlobBackend.Content content = blobs.get("c", name, 0, Long.MAX_VALUE)) {
                    assertThat(new String(content.read(1_000_000), StandardCharsets.UTF_8))
                            .isEqualTo(name.repeat(10_000));
                }
            }
            try (Stream<Path> content = Files.list(killed.resolve("content"));
                    Stream<Path> incoming = Files.list(killed.resolve("incoming"))) {
                assertThat(content).hasSize(names.size());
                assertThat(incoming).isEmpty();
            }
        }
    }

    /** Runs in a process of its own. */
    static final class Writer {
        public static void main(String[] arguments) throws Exception {
            try (EmbeddedBlobs blobs = EmbeddedBlobs.open(Path.of(arguments[0]), LIMITS)) {
                blobs.create("c");
                for (int i = 0; ; i = (i + 1) % 50) {
                    Path file = blobs.incoming();
                    Files.writeString(file, ("n" + i).repeat(10_000));
                    blobs.put("c", "n" + i, file);
                    Files.delete(file);
                    System.out.println("n" + i);
                }
            }
        }
    }
}
