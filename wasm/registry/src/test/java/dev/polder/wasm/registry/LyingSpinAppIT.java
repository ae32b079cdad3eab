package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spin apps and bundles that somebody made to harm who pulls them. */
class LyingSpinAppIT {

    private static final byte[] FILE = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final byte[] EMPTY_TAR_END = new byte[1024];

    @TempDir
    Path folder;

    private LyingRegistry server;
    private Store store;
    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        server = new LyingRegistry();
        store = Store.open(folder.resolve("store"));
        registry = Registry.open(RegistryOptions.DEFAULT, store.blobs());
    }

    @AfterEach
    void close() {
        registry.close();
        store.close();
        server.close();
    }

    private void assertRefused(PullLimits limits, String message) throws IOException {
        assertThatThrownBy(() -> registry.pull(server.reference(), PullOptions.DEFAULT.withLimits(limits)))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.whoFailed()).isEqualTo(Problem.WhoFailed.UPSTREAM))
                .hasMessageContaining(message);
        try (Stream<Path> files = Files.walk(folder.resolve("store/blobs"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private String locked(String files) {
        return locked(files, Digest.of(FILE).toString());
    }

    private String locked(String files, String wasm) {
        String json = "{\"spin_lock_version\":0,\"triggers\":[],\"components\":[{\"id\":\"a\",\"source\":"
                + "{\"content_type\":\"application/wasm\",\"digest\":\"" + wasm + "\"},\"files\":[" + files + "]}]}";
        return server.blob(MediaTypes.SPIN_APPLICATION, json.getBytes(StandardCharsets.UTF_8));
    }

    private static String file(String path) {
        return "{\"path\":\"" + path + "\",\"digest\":\"" + Digest.of(FILE) + "\"}";
    }

    /** An app whose only content is a file of a bundle. */
    private void bundle(byte[] archive) {
        server.manifest(
                server.blob(MediaTypes.IMAGE_CONFIG, new byte[] {'{', '}'}),
                server.blob(MediaTypes.CONTENT_BUNDLE, archive),
                locked(file("a")));
    }

    private static byte[] gzip(byte[]... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            for (byte[] part : parts) {
                gzip.write(part);
            }
        }
        return out.toByteArray();
    }

    /** A tar entry, padded. */
    private static byte[] entry(String name, char type, byte[] content) {
        byte[] bytes = new byte[512 + (content.length + 511) / 512 * 512];
        put(bytes, 0, name);
        put(bytes, 100, "0000644");
        put(bytes, 124, String.format("%011o", content.length));
        put(bytes, 257, "ustar");
        put(bytes, 263, "00");
        bytes[156] = (byte) type;
        put(bytes, 157, type == '2' ? "/etc/passwd" : "");
        Arrays.fill(bytes, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += bytes[i] & 0xff;
        }
        put(bytes, 148, String.format("%06o\0", sum));
        System.arraycopy(content, 0, bytes, 512, content.length);
        return bytes;
    }

    private static void put(byte[] bytes, int at, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, bytes, at, ascii.length);
    }

    @Test
    void anHonestBundleIsTaken() throws Exception {
        bundle(gzip(
                entry("./", '5', new byte[0]),
                entry("./a", '0', FILE),
                entry("not/wanted", '0', new byte[700]),
                EMPTY_TAR_END));
        PulledApp.Spin app = (PulledApp.Spin) registry.pull(server.reference(), PullOptions.DEFAULT);
        assertThat(store.blobs()
                        .read(app.app()
                                .components()
                                .getFirst()
                                .files()
                                .getFirst()
                                .content()
                                .digest()))
                .isEqualTo(FILE);
        assertThat(store.blobs().size(Digest.of(new byte[700]))).isEmpty();
    }

    @Test
    void pathsAndKindsThatLeadOut() throws Exception {
        for (String name : new String[] {"../a", "/etc/cron.d/a", "a/../../b", "a\\b", "C:/a", "a//b", "./../a"}) {
            bundle(gzip(entry("first", '0', FILE), entry(name, '0', FILE), EMPTY_TAR_END));
            assertRefused(PullLimits.DEFAULT, "stays below its root");
        }
        for (char type : new char[] {'1', '2', '3', '4', '6', 'S'}) {
            bundle(gzip(entry("first", '0', FILE), entry("link", type, new byte[0]), EMPTY_TAR_END));
            assertRefused(PullLimits.DEFAULT, "an entry of type '" + type + "'");
        }
        byte[] record = "19 path=../../../x\n".getBytes(StandardCharsets.UTF_8);
        bundle(gzip(entry("pax", 'x', record), entry("a", '0', FILE), EMPTY_TAR_END));
        assertRefused(PullLimits.DEFAULT, "stays below its root");
    }

    @Test
    void bombs() throws Exception {
        PullLimits small = new PullLimits(100_000, 100_000, 10_000_000, 20_000_000, 500, 1_000_000, 50);
        bundle(gzip(entry("zeros", '0', new byte[5_000_000]), EMPTY_TAR_END));
        assertRefused(small, "more than 1000000 bytes unpacked");
        bundle(gzip(entry("pax", 'x', new byte[100_000])));
        assertRefused(small, "an extended header of 100000 bytes");
        byte[] many = new byte[100 * 512];
        byte[] one = entry("f", '5', new byte[0]);
        for (int i = 0; i < 100; i++) {
            System.arraycopy(one, 0, many, i * 512, 512);
        }
        bundle(gzip(many, EMPTY_TAR_END));
        assertRefused(small, "more than 50 files and folders");
        byte[] huge = entry("huge", '0', new byte[0]);
        put(huge, 124, "77777777777");
        bundle(gzip(huge));
        assertRefused(small, "checksum");
    }

    @Test
    void noArchives() throws Exception {
        bundle("plain".getBytes(StandardCharsets.UTF_8));
        assertRefused(PullLimits.DEFAULT, "compressed with gzip");
        bundle(gzip("not a tar".repeat(200).getBytes(StandardCharsets.UTF_8)));
        assertRefused(PullLimits.DEFAULT, "expected");
        byte[] whole = gzip(entry("a", '0', Samples.module(60_000, 4)), EMPTY_TAR_END);
        bundle(Arrays.copyOf(whole, whole.length / 2));
        assertRefused(PullLimits.DEFAULT, "bundle sha256:");
        bundle(gzip(entry("other", '0', new byte[10]), EMPTY_TAR_END));
        assertRefused(PullLimits.DEFAULT, "names 1 contents that the manifest does not have");
    }

    @Test
    void lockedAppsThatLie() throws Exception {
        String config = server.blob(MediaTypes.IMAGE_CONFIG, new byte[] {'{', '}'});
        String layer = server.blob(MediaTypes.CONTENT_DATA, FILE);
        for (String path : new String[] {"../a", "/a", "a/./b", "", "a\\\\b", "a\\u0000b"}) {
            server.manifest(config, layer, locked(file(path)));
            assertRefused(PullLimits.DEFAULT, "stays below its root");
        }
        server.manifest(config, layer, locked(file("a") + "," + file("a")));
        assertRefused(PullLimits.DEFAULT, "twice");
        server.manifest(config, layer, locked("", "sha256:" + "0".repeat(64)));
        assertRefused(PullLimits.DEFAULT, "does not have");
        server.manifest(
                config, layer, locked("{\"path\":\"a\",\"inline\":\"aGk=\",\"digest\":\"" + Digest.of(FILE) + "\"}"));
        assertRefused(PullLimits.DEFAULT, "inline bytes with the digest");
        server.manifest(config, layer, locked("{\"path\":\"a\",\"source\":\"file:///etc/passwd\"}"));
        assertRefused(PullLimits.DEFAULT, "no digest");
        server.manifest(config, layer, locked(file("a")), locked(file("b")));
        assertRefused(PullLimits.DEFAULT, "2 locked apps");
    }
}
