package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.WorkloadRef;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real S3 server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class S3BlobsIT extends BlobContract {

    private static final WorkloadRef SHOP = new WorkloadRef("default", "shop");

    @TempDir
    Path folder;

    private TestServer server;
    private BlobStores stores;
    private int round;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.s3();
        HttpRequest bucket = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/polder-test"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(bucket, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private StoreLocation.S3 location(int port, String bucket) {
        return new StoreLocation.S3(
                URI.create("http://127.0.0.1:" + port),
                "us-east-1",
                bucket,
                "r" + round + "/",
                "key",
                "s3cret",
                false,
                Authorities.JAVA);
    }

    @BeforeEach
    void open() {
        round++;
        Map<String, BlobBackend> all = new HashMap<>();
        BlobBackend bucket = location(server.port(), "polder-test").blobs(SHOP, "one", LIMITS);
        for (String name : List.of(
                "photos",
                "one",
                "two",
                "three",
                "c",
                "mine",
                "gone",
                "'; DROP TABLE object; --",
                "a b",
                "käse🧀",
                "*",
                "%",
                "%2e",
                "a?b#c",
                "x+y=z&",
                "a\\b")) {
            all.put(name, bucket);
        }
        all.put("unreachable", location(1, "polder-test").blobs(SHOP, "unreachable", LIMITS));
        all.put("nobucket", location(server.port(), "no-such-bucket").blobs(SHOP, "nobucket", LIMITS));
        stores = BlobStores.in(folder.resolve("blobs"), LIMITS, all);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Override
    BlobStores stores() {
        return stores;
    }

    @Test
    void copiesToAndFromOtherPlaces() {
        WasiBlobstore store = blobstore();
        WasiBlobContainer.Container far = ok(store.createContainer("one"));
        WasiBlobContainer.Container near = ok(store.createContainer("embedded"));
        write(far, "x", bytes("from S3"));
        ok(store.moveObject(new WasiBlobstore.ObjectId("one", "x"), new WasiBlobstore.ObjectId("embedded", "y")));
        assertThat(read(near, "y", 0, -1)).isEqualTo(bytes("from S3"));
        assertThat(ok(far.hasObject("x"))).isFalse();
    }

    @Test
    void appsAreApart() {
        write(ok(blobstore().createContainer("one")), "x", bytes("of the shop"));
        try (BlobBackend other =
                location(server.port(), "polder-test").blobs(new WorkloadRef("default", "blog"), "one", LIMITS)) {
            assertThat(other.container("one")).isEmpty();
        }
    }

    @Test
    void whatIsWrongIsSaidWithoutTheKey() {
        assertThat(err(blobstore().containerExists("unreachable")))
                .contains("S3 bucket polder-test at http://127.0.0.1:1 cannot be reached")
                .doesNotContain("s3cret");
        assertThat(err(blobstore().createContainer("nobucket")))
                .contains("S3 bucket no-such-bucket", "does not exist")
                .doesNotContain("s3cret");
        assertThat(location(1, "polder-test").toString()).doesNotContain("s3cret");
    }
}
