package dev.polder.app.cli;

import dev.polder.app.Composition;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
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
                    HttpRequest request = HttpRequest.newBuilder(URI.create(polder.portalUrl() + path))
                            .header("authorization", "Bearer " + token)
                            .build();
                    int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    if (status >= 500) {
                        throw Problem.internal("training: " + path + " answered " + status, null);
                    }
                }
            }
        }
        return 0;
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
