package dev.polder.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private FileBlobStore blobs;

    @BeforeEach
    void open() {
        blobs = FileBlobStore.open(folder.resolve("blobs"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void keepsOneCopyUnderTheDigest() throws Exception {
        Digest digest = blobs.put(HELLO);
        assertThat(blobs.put(new ByteArrayInputStream(HELLO), 5)).isEqualTo(digest);

        assertThat(digest.hex()).startsWith("2cf24dba5fb0a30e");
        assertThat(blobs.read(digest)).isEqualTo(HELLO);
        assertThat(blobs.size(digest)).contains(5L);
        assertThat(files()).containsExactly(blobs.file(digest));
        assertThat(blobs.file(digest)).endsWithRaw(Path.of("sha256", "2c", digest.hex()));
    }

    @Test
    void refusesAStreamBeyondItsLimitAndKeepsNothing() throws Exception {
        assertThatThrownBy(() -> blobs.put(new ByteArrayInputStream(HELLO), 4))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.TOO_LARGE));
        assertThat(files()).isEmpty();
    }

    @Test
    void aStreamThatBreaksLeavesNothing() throws Exception {
        InputStream half = new ByteArrayInputStream(new byte[100_000]);
        InputStream reset = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return read();
            }
        };
        InputStream broken = new SequenceInputStream(half, reset);
        assertThatThrownBy(() -> blobs.put(broken, 1_000_000))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE))
                .hasMessageContaining("connection reset");
        assertThat(files()).isEmpty();
    }

    @Test
    void saysWhatIsNotThere() {
        Digest digest = Digest.of(HELLO);
        assertThat(blobs.size(digest)).isEmpty();
        assertThatThrownBy(() -> blobs.read(digest))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.NOT_FOUND));
    }

    @Test
    void noticesBytesThatChangedOnTheDisk() throws Exception {
        Digest digest = blobs.put(HELLO);
        Files.writeString(blobs.file(digest), "jello");
        assertThatThrownBy(() -> blobs.read(digest))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INTERNAL))
                .hasMessageContaining(digest.toString());
    }

    @Test
    void sweepsWhatAKilledProcessLeft() throws Exception {
        Files.writeString(folder.resolve("blobs/tmp/blob-1"), "half");
        FileBlobStore.open(folder.resolve("blobs"));
        assertThat(files()).isEmpty();
    }

    @Test
    void isNotDisturbedByAnInterrupt() {
        Thread.currentThread().interrupt();
        Digest digest = blobs.put(HELLO);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(blobs.read(digest)).isEqualTo(HELLO);
    }

    private static final Duration SPARED = Duration.ofHours(1);

    private void age(Digest digest) throws IOException {
        Files.setLastModifiedTime(
                blobs.file(digest), FileTime.from(Instant.now().minus(SPARED).minusSeconds(60)));
    }

    private Digest aged(String text) throws IOException {
        Digest digest = blobs.put(text.getBytes(StandardCharsets.UTF_8));
        age(digest);
        return digest;
    }

    @Test
    void deletesWhatNothingReferredToForAWhile() throws Exception {
        Digest used = aged("used");
        Digest unused = aged("unused");
        Digest young = blobs.put("young".getBytes(StandardCharsets.UTF_8));
        Files.writeString(blobs.file(used).resolveSibling("notes.txt"), "not a blob");
        age(used);
        Digest lost = Digest.of("lost".getBytes(StandardCharsets.UTF_8));

        BlobUse look = blobs.collect(() -> Set.of(used, lost), SPARED, true);
        assertThat(look).isEqualTo(new BlobUse(3, 15, 2, 11, 1, 6, 1, false));
        assertThat(look.blobsLeft()).isEqualTo(3);

        BlobUse use = blobs.collect(() -> Set.of(used, lost), SPARED, false);
        assertThat(use).isEqualTo(new BlobUse(3, 15, 2, 11, 1, 6, 1, true));
        assertThat(List.of(use.blobsLeft(), use.bytesLeft(), use.unusedLeft(), use.unusedBytesLeft()))
                .containsExactly(2L, 9L, 1L, 5L);
        assertThat(blobs.size(unused)).isEmpty();
        assertThat(files()).hasSize(3).contains(blobs.file(used), blobs.file(young));

        // what was referred to until now is spared from now on
        assertThat(blobs.collect(Set::of, SPARED, false).due()).isZero();
    }

    @Test
    void whatIsUsedWhileItIsLookedForStays() throws Exception {
        Digest written = aged("written");
        Digest read = aged("read");
        Digest measured = aged("measured");
        BlobUse use = blobs.collect(
                () -> {
                    blobs.put("written".getBytes(StandardCharsets.UTF_8));
                    blobs.read(read);
                    blobs.size(measured);
                    return Set.of();
                },
                SPARED,
                false);
        assertThat(use.due()).isZero();
        assertThat(files()).contains(blobs.file(written), blobs.file(read), blobs.file(measured));
    }

    @Test
    void nothingIsDeletedWhenNobodyCanTellWhatIsUsed() throws Exception {
        Digest unused = aged("unused");
        Problem unknown = Problem.invalid("WasmApp shop: manifest (expected: a digest)");
        assertThatThrownBy(() -> blobs.collect(
                        () -> {
                            throw unknown;
                        },
                        SPARED,
                        false))
                .isSameAs(unknown);
        assertThat(blobs.size(unused)).isPresent();
    }

    @Test
    void whoWritesWhileOthersCollectFindsIt() throws Exception {
        List<byte[]> contents = IntStream.range(0, 4)
                .mapToObj(i -> ("blob " + i).getBytes(StandardCharsets.UTF_8))
                .toList();
        List<Digest> digests = contents.stream().map(blobs::put).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 50; round++) {
                for (Digest digest : digests) {
                    age(digest);
                }
                CyclicBarrier start = new CyclicBarrier(2);
                Future<BlobUse> collected = threads.submit(() -> {
                    start.await();
                    return blobs.collect(Set::of, SPARED, false);
                });
                start.await();
                for (byte[] content : contents) {
                    assertThat(blobs.read(blobs.put(content))).isEqualTo(content);
                }
                assertThat(collected.get().deleted()).isTrue();
                assertThat(digests).allMatch(digest -> blobs.size(digest).isPresent());
            }
        }
    }
}
