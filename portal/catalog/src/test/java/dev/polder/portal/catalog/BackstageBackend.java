package dev.polder.portal.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.portal.catalog.CatalogFixture.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The catalogue backend of Backstage itself, on a PostgreSQL of its own, over given descriptor files. */
final class BackstageBackend implements AutoCloseable {

    private final Path work;
    private final Path postgresBin;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;
    private final Process node;

    private BackstageBackend(Path work, Path postgresBin, int port, Process node) {
        this.work = work;
        this.postgresBin = postgresBin;
        this.port = port;
        this.node = node;
    }

    /** Starts both; skips the test, saying why, where PostgreSQL or npm are missing. */
    static BackstageBackend start(List<LocationSpec> locations, String readableHost)
            throws IOException, InterruptedException {
        Path bin = postgresBin();
        NodePackages packages = NodePackages.install("backstage");
        Path work = Files.createTempDirectory("polder-backstage");
        int postgresPort = freePort();
        startPostgres(bin, work, postgresPort);
        int port = freePort();
        Path config = work.resolve("app-config.yaml");
        Files.writeString(config, config(locations, readableHost, port, postgresPort));
        Process node = packages.run("run.cjs", "--config", config.toString())
                .redirectOutput(work.resolve("backstage.log").toFile())
                .start();
        BackstageBackend backend = new BackstageBackend(work, bin, port, node);
        Awaitility.await("Backstage answers, see " + work.resolve("backstage.log"))
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> backend.get("/entities/by-query?limit=0").status() == 200);
        return backend;
    }

    private static String config(List<LocationSpec> locations, String readableHost, int port, int postgresPort) {
        String list = locations.stream()
                .map(location -> "    - {type: " + location.type() + ", target: '" + location.target() + "'}")
                .collect(Collectors.joining("\n"));
        return """
                app: {title: comparison, baseUrl: 'http://127.0.0.1:1'}
                backend:
                  baseUrl: 'http://127.0.0.1:%d'
                  listen: {host: 127.0.0.1, port: %d}
                  reading: {allow: [{host: '%s'}]}
                  auth: {dangerouslyDisableDefaultAuthPolicy: true}
                  database:
                    client: pg
                    connection: {host: 127.0.0.1, port: %d, user: postgres}
                catalog:
                  orphanStrategy: keep
                  processingInterval: {seconds: 3}
                  rules:
                    - allow: [Component, API, Location, Resource, System, Domain, Group, User, Template]
                  locations:
                %s
                """.formatted(port, port, readableHost, postgresPort, list);
    }

    private static Path postgresBin() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        assumeTrue(
                Files.isDirectory(versions),
                "PostgreSQL is not installed; apt-get install postgresql to run this test");
        try (Stream<Path> found = Files.list(versions)) {
            return found.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseGet(() -> {
                        assumeTrue(
                                false, "no initdb below " + versions + "; apt-get install postgresql to run this test");
                        return versions;
                    });
        }
    }

    private static void startPostgres(Path bin, Path work, int port) throws IOException, InterruptedException {
        // PostgreSQL refuses to run as root.
        if (isRoot()) {
            Files.setAttribute(
                    work,
                    "posix:owner",
                    work.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
        Path data = work.resolve("data");
        run(work, bin.resolve("initdb") + " -D " + data + " -U postgres -A trust -E UTF8 --locale=C --no-sync");
        run(
                work,
                bin.resolve("pg_ctl") + " -D " + data + " -w -t 30 -l " + work.resolve("postgres.log")
                        + " start -o '-p "
                        + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + work
                        + " -c fsync=off -c shared_buffers=64MB'");
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static void run(Path work, String command) throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(isRoot() ? List.of("su", "postgres", "-s", "/bin/sh", "-c") : List.of("sh", "-c"));
        words.add(command);
        Path log = Files.createTempFile("polder-postgres", ".log");
        Process process = new ProcessBuilder(words)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            throw new IllegalStateException(command + " failed: " + Files.readString(log));
        }
        Files.delete(log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/api/catalog" + path);
    }

    Answer send(HttpRequest.Builder request) {
        return CatalogFixture.send(client, request);
    }

    @Override
    public void close() throws IOException {
        try {
            node.getOutputStream().close();
            if (!node.waitFor(5, TimeUnit.SECONDS)) {
                node.destroyForcibly();
            }
            run(work, postgresBin.resolve("pg_ctl") + " -D " + work.resolve("data") + " -m immediate -w -t 20 stop");
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (InterruptedException e) {
            node.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
