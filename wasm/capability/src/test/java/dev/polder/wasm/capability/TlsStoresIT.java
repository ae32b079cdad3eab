package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores on real servers whose authority Java does not trust: the operator names it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsStoresIT {

    private static final WorkloadRef SHOP = new WorkloadRef("default", "shop");
    private static final Authorities NAMED = TestTls.UNKNOWN.authorities();

    @TempDir
    static Path folder;

    private TestServer nats;
    private TestServer s3;

    @BeforeAll
    void start() throws Exception {
        String certificate = TestTls.UNKNOWN.certificate.toString();
        String key = TestTls.UNKNOWN.key.toString();
        nats = TestServer.nats(
                Files.createDirectory(folder.resolve("nats")),
                TestServer.freePort(),
                "--tls",
                "--tlscert",
                certificate,
                "--tlskey",
                key);
        s3 = TestServer.s3("--ssl", "--ssl-cert", certificate, "--ssl-key", key);
        HttpRequest bucket = HttpRequest.newBuilder(URI.create("https://localhost:" + s3.port() + "/polder-tls"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request")
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(NAMED.tls("localhost")).build()) {
            assertThat(client.send(bucket, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @AfterAll
    void stop() {
        for (TestServer server : new TestServer[] {nats, s3}) {
            if (server != null) {
                server.close();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private KeyValueBackend keys(String host, Authorities authorities) {
        return new StoreLocation.Nats("tls://" + host + ":" + nats.port(), "ada", "s3cret", "b", false, authorities)
                .keyValue(SHOP, "default", KeyValueLimits.DEFAULT);
    }

    private BlobBackend blobs(String host, Authorities authorities) {
        return new StoreLocation.S3(
                        URI.create("https://" + host + ":" + s3.port()),
                        "us-east-1",
                        "polder-tls",
                        "",
                        "key",
                        "s3cret",
                        false,
                        authorities)
                .blobs(SHOP, "photos", BlobLimits.DEFAULT);
    }

    @Test
    void natsIsWhoItsAuthoritySays() {
        try (KeyValueBackend store = keys("localhost", NAMED)) {
            store.set("default", "k", bytes("by TLS"));
            assertThat(store.get("default", "k").orElseThrow()).isEqualTo(bytes("by TLS"));
        }
        try (KeyValueBackend store = keys("127.0.0.1", NAMED)) {
            assertThatThrownBy(() -> store.get("default", "k"))
                    .as("a certificate of another name")
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("NATS tls://127.0.0.1:" + nats.port() + " cannot be reached")
                    .hasMessageContaining("No subject alternative names");
        }
        try (KeyValueBackend store = keys("localhost", Authorities.JAVA)) {
            assertThatThrownBy(() -> store.get("default", "k"))
                    .as("an unknown authority")
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("NATS tls://localhost:" + nats.port() + " cannot be reached")
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void s3IsWhoItsAuthoritySays() {
        try (BlobBackend store = blobs("localhost", NAMED)) {
            store.create("photos");
            assertThat(store.container("photos")).isPresent();
        }
        try (BlobBackend store = blobs("127.0.0.1", NAMED)) {
            assertThatThrownBy(() -> store.container("photos"))
                    .as("a certificate of another name")
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("S3 bucket polder-tls at https://127.0.0.1:" + s3.port())
                    .hasMessageContaining("No subject alternative names");
        }
        try (BlobBackend store = blobs("localhost", Authorities.JAVA)) {
            assertThatThrownBy(() -> store.container("photos"))
                    .as("an unknown authority")
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefusedByName() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        Path words = Files.writeString(folder.resolve("words.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
        for (Path file : List.of(empty, words, folder.resolve("absent.pem"))) {
            assertThatThrownBy(() -> Authorities.of(List.of(new Authorities.Named(List.of("*"), file))))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                    .hasMessageContaining(file + ": ")
                    .hasMessageContaining("(expected: certificates of authorities in PEM)");
        }
    }

    @Test
    void theFirstThatHasAHostIsTheOneForIt() {
        Authorities all = Authorities.of(List.of(
                new Authorities.Named(List.of("DB.corp", "10.0.0.5"), TestTls.UNKNOWN.authority),
                new Authorities.Named(List.of("*.corp"), TestTls.TRUSTED.authority)));
        assertThat(all.file("db.corp")).contains(TestTls.UNKNOWN.authority);
        assertThat(all.file("10.0.0.5")).contains(TestTls.UNKNOWN.authority);
        assertThat(all.file("a.b.CORP")).contains(TestTls.TRUSTED.authority);
        assertThat(all.file("corp")).isEmpty();
        assertThat(all.file("notcorp")).isEmpty();
    }
}
