package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticFilesIT {

    private static final int FILES = 200;

    @TempDir
    Path site;

    @Test
    void everyOneOfManyFilesIsServedEachTime() throws IOException {
        Path assets = Files.createDirectory(site.resolve("assets"));
        Files.writeString(site.resolve("index.html"), "<title>it</title>");
        for (int i = 0; i < FILES; i++) {
            Files.writeString(assets.resolve("chunk-" + i + "-Bx3kQ9aZ.js"), "export const n = " + i + ";");
        }
        try (PolderServer server = PolderServer.builder()
                        .listen(InetAddress.getLoopbackAddress(), 0)
                        .staticFiles(site)
                        .start();
                HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + server.port() + "/assets/chunk-";
            for (int round = 0; round < 3; round++) {
                List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
                for (int i = 0; i < FILES; i++) {
                    answers.add(client.sendAsync(
                            HttpRequest.newBuilder(URI.create(base + i + "-Bx3kQ9aZ.js"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
                }
                for (int i = 0; i < FILES; i++) {
                    HttpResponse<String> answer = answers.get(i).join();
                    assertThat(answer.statusCode()).as("file " + i).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo("export const n = " + i + ";");
                }
            }
        }
    }
}
