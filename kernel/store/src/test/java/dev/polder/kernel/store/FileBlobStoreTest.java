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
import java.util.List;
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
}
