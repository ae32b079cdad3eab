package dev.polder.app.cli;

import dev.polder.app.About;
import dev.polder.app.Composition;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.service.AppArchive;
import dev.polder.wasm.service.SpinManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polder train}: a short life on ports and data of its own, from which the start-up cache is made. */
@Command(
        name = "train",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Run briefly, so that the JVM can write its start-up cache.")
public final class TrainCommand implements Callable<Integer> {

    private static final int PORTS = 20;
    private static final int REQUESTS = 12_000;
    private static final int ECHO_EVERY = 200;
    private static final int AT_ONCE = 16;
    private static final List<String> PATHS = List.of(
            "/",
            "/api/catalog/entities?limit=20&order=asc:metadata.name",
            "/api/catalog/entities/by-query?filter=kind%3Dcomponent&orderField=metadata.name",
            "/api/catalog/entity-facets?facet=kind&facet=spec.type",
            "/api/scaffolder/v2/actions",
            "/api/polder/workloads",
            "/api/polder/resources/httproute",
            "/api/polder/about",
            "/api/polder/facts?ref=component:default/none");

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A folder that may be thrown away.")
    private Path data = Path.of("train");

    @Override
    public Integer call() throws IOException, InterruptedException {
        UpCommand.logTo(data, false);
        Map<String, Object> flags = new LinkedHashMap<>();
        flags.put("dataDir", data.toString());
        flags.put("portsFrom", freePorts());
        PolderConfig config = PolderConfig.read(null, Map.of(), flags);
        // Twice: the first life makes the data, the second one starts as every later one does.
        for (int life = 0; life < 2; life++) {
            try (Composition polder = Composition.start(config);
                    HttpClient client = HttpClient.newHttpClient()) {
                String token =
                        Files.readString(RunFile.tokenFile(polder.data())).strip();
                for (String path : PATHS) {
                    send(
                            client,
                            HttpRequest.newBuilder(URI.create(polder.portalUrl() + path))
                                    .header("authorization", "Bearer " + token)
                                    .build());
                }
                if (life == 0) {
                    deploy(client, polder, token);
                } else {
                    callService(client, polder);
                }
            }
        }
        return 0;
    }

    private static void send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 500) {
            throw Problem.internal("training: " + request.uri() + " answered " + answer.statusCode(), null);
        }
    }

    private static void deploy(HttpClient client, Composition polder, String token)
            throws IOException, InterruptedException {
        Path folder = About.home().resolve("deploy/training");
        SpinManifest spin =
                SpinManifest.parse(SpinManifest.FILE_NAME, Files.readString(folder.resolve(SpinManifest.FILE_NAME)));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        AppArchive.write(folder, spin, archive);
        send(
                client,
                HttpRequest.newBuilder(
                                URI.create(polder.portalUrl() + "/api/polder/workloads/default/training/versions"))
                        .header("authorization", "Bearer " + token)
                        .header("content-type", "application/zip")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(archive.toByteArray()))
                        .build());
    }

    /** Requests as a client of the gateway sends them, so that the way of a request is known to be hot. */
    private static void callService(HttpClient client, Composition polder) throws InterruptedException {
        URI gateway = URI.create(polder.gatewayUrls().getFirst().replace("localhost", "127.0.0.1") + "/");
        HttpRequest.Builder to = HttpRequest.newBuilder(gateway)
                .version(HttpClient.Version.HTTP_1_1)
                .header("host", "training.default.localhost");
        HttpRequest get = to.GET().build();
        HttpRequest echo = to.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                .build();
        Semaphore places = new Semaphore(AT_ONCE);
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < REQUESTS; i++) {
            places.acquire();
            var _ = client.sendAsync(i % ECHO_EVERY == 0 ? echo : get, HttpResponse.BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> {
                        if (failure != null || answer.statusCode() != 200) {
                            failed.incrementAndGet();
                        }
                        places.release();
                    });
        }
        places.acquire(AT_ONCE);
        if (failed.get() > 0) {
            throw Problem.internal("training: " + failed + " of " + REQUESTS + " requests failed", null);
        }
    }

    private static int freePorts() throws IOException {
        for (int from = 41_000; from < 60_000; from += 100) {
            boolean free = true;
            for (int port = from; free && port < from + PORTS; port++) {
                try (ServerSocket socket = new ServerSocket(port)) {
                    free = socket.isBound();
                } catch (IOException taken) {
                    free = false;
                }
            }
            if (free) {
                return from;
            }
        }
        throw Problem.unavailable("no " + PORTS + " free ports in a row between 41000 and 60000", null);
    }
}
