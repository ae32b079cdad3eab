package dev.polder.app.cli.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.store.BlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppFolderTest {

    @TempDir
    Path folder;

    private static Digest put(BlobStore blobs, String text, Duration unusedFor) throws IOException {
        Digest digest = blobs.put(text.getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(
                blobs.file(digest), FileTime.from(Instant.now().minus(unusedFor)));
        return digest;
    }

    @Test
    void theCacheForgetsWhatIsOldAndMoreWhenItIsFull() throws IOException {
        BlobStore before = AppFolder.blobs(folder, 100);
        Digest old = put(before, "o".repeat(60), Duration.ofDays(31));
        Digest lately = put(before, "l".repeat(60), Duration.ofDays(2));
        Digest now = put(before, "n".repeat(30), Duration.ofHours(2));

        BlobStore after = AppFolder.blobs(folder, 100);
        assertThat(after.size(old)).isEmpty();
        assertThat(after.size(now)).contains(30L);
        assertThat(after.size(lately)).contains(60L); // a use, from now on

        put(after, "l".repeat(60), Duration.ofDays(2));
        BlobStore full = AppFolder.blobs(folder, 80);
        assertThat(full.size(lately)).isEmpty();
        assertThat(full.size(now)).contains(30L);
    }
}
