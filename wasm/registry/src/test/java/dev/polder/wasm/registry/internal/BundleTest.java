package dev.polder.wasm.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writer writes the reader reads, and GNU tar both; other bytes are files or a Problem. */
class BundleTest {

    @TempDir
    Path folder;

    private byte[] archive(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                tar.file(file.getKey(), Files.write(folder.resolve("file"), file.getValue()));
            }
        }
        return out.toByteArray();
    }

    private static Map<String, byte[]> read(byte[] archive) throws IOException {
        TarReader tar = new TarReader(new ByteArrayInputStream(archive), "archive", 1_000_000);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            if (entry.isFile()) {
                files.put(entry.path(), tar.content().readAllBytes());
            }
        }
        return files;
    }

    private static final List<String> NAMES = List.of(
            "a", "b/c.txt", "n".repeat(99), "n".repeat(100), "n".repeat(101), "d".repeat(90) + "/" + "ü".repeat(70));

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : NAMES) {
            byte[] content = new byte[files.size() * 257];
            new Random(files.size()).nextBytes(content);
            files.put(name, content);
        }
        return files;
    }

    @Test
    void readsWhatItWrites() throws Exception {
        Map<String, byte[]> files = files();
        byte[] archive = archive(files);
        assertThat(archive).isEqualTo(archive(files));
        Map<String, byte[]> found = read(archive);
        assertThat(found.keySet()).containsExactlyElementsOf(NAMES);
        NAMES.forEach(name -> assertThat(found.get(name)).isEqualTo(files.get(name)));
    }

    @Test
    void theTarProgramAgrees() throws Exception {
        Path archive = Files.write(folder.resolve("ours.tar"), archive(files()));
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        run("tar", "-xf", archive.toString(), "-C", unpacked.toString());
        for (Map.Entry<String, byte[]> file : files().entrySet()) {
            assertThat(unpacked.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
        for (String format : List.of("gnu", "pax")) {
            Path theirs = folder.resolve(format + ".tar");
            run("tar", "--format=" + format, "-cf", theirs.toString(), "-C", unpacked.toString(), ".");
            assertThat(read(Files.readAllBytes(theirs)).keySet()).containsExactlyInAnyOrderElementsOf(NAMES);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @FuzzTest(maxDuration = "20s")
    void readsOrRefuses(byte[] bytes) throws IOException {
        readOrRefuse(bytes);
    }

    @Test
    void readsOrRefusesChangedArchives() throws Exception {
        Random random = new Random(20_261_125);
        byte[] whole = archive(files());
        int good = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] changed = whole.clone();
            int header = random.nextInt(whole.length / 512) * 512;
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                changed[header + random.nextInt(512)] = (byte) random.nextInt(256);
            }
            if (random.nextBoolean() && header + 512 <= changed.length) {
                mend(changed, header);
            }
            good += readOrRefuse(changed) ? 1 : 0;
        }
        assertThat(good).isBetween(30, 2_970);
    }

    /** A right checksum, so that the rest of the header is looked at. */
    private static void mend(byte[] bytes, int header) {
        long sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : bytes[header + i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, header + 148, 8);
    }

    private static boolean readOrRefuse(byte[] bytes) throws IOException {
        try {
            read(bytes)
                    .keySet()
                    .forEach(path -> assertThat(GuestPath.isSafe(path)).as(path).isTrue());
            return true;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).startsWith("archive");
            return false;
        } catch (EOFException e) {
            return false; // skipping over what is not there; Bundle makes a Problem of it
        }
    }
}
