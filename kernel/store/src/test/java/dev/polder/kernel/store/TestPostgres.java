package dev.polder.kernel.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL for tests: given by {@code POLDER_TEST_POSTGRES}, or started on a free loopback port. */
final class TestPostgres implements AutoCloseable {

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final String url;
    private final String user;
    private final String password;
    private final Runnable stop;

    private TestPostgres(String url, String user, String password, Runnable stop) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.stop = stop;
    }

    static TestPostgres startOrAssume() throws Exception {
        String given = System.getenv("POLDER_TEST_POSTGRES");
        if (given != null && !given.isBlank()) {
            return new TestPostgres(
                    given,
                    System.getenv().getOrDefault("POLDER_TEST_POSTGRES_USER", "postgres"),
                    System.getenv().getOrDefault("POLDER_TEST_POSTGRES_PASSWORD", ""),
                    () -> {});
        }
        Optional<Path> bin = newestInstalled();
        assumeTrue(bin.isPresent(), "no PostgreSQL here: install the package postgresql, or set POLDER_TEST_POSTGRES");
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(
                !root || run(List.of("id", "postgres")) == 0,
                "PostgreSQL refuses to run as root and there is no user postgres");
        return start(bin.get(), root);
    }

    private static Optional<Path> newestInstalled() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static TestPostgres start(Path bin, boolean root) throws Exception {
        Path folder = Files.createTempDirectory("polder-postgres");
        if (root) {
            require(List.of("chown", "postgres", folder.toString()));
        }
        Path data = folder.resolve("data");
        int port = freePort();
        require(as(root, bin.resolve("initdb"), "-D", data, "-U", "polder", "-A", "trust", "-N", "-E", "UTF8"));
        String options = "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1 -c max_connections=60"
                + " -c shared_buffers=16MB";
        require(as(
                root,
                bin.resolve("pg_ctl"),
                "-D",
                data,
                "-w",
                "-t",
                "30",
                "-l",
                folder.resolve("log"),
                "-o",
                options,
                "start"));
        Runnable stop = () -> {
            try {
                require(as(root, bin.resolve("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop"));
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        return new TestPostgres("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "polder", "", stop);
    }

    private static List<String> as(boolean root, Object... command) {
        List<String> words = new ArrayList<>(
                root ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") : List.of());
        for (Object word : command) {
            words.add(word.toString());
        }
        return words;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void require(List<String> command) throws Exception {
        int code = run(command);
        if (code != 0) {
            throw new IOException(command + " ended with " + code + " (expected: 0)");
        }
    }

    private static int run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " took longer than 60 s");
        }
        return process.exitValue();
    }

    Database open() {
        return PostgresDatabase.open(url, user, password);
    }

    String url() {
        return url;
    }

    /** Makes the schema empty, whatever was there. */
    void dropTables() throws Exception {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                statement.execute("DROP TABLE \"" + table + "\" CASCADE");
            }
        }
    }

    @Override
    public void close() {
        stop.run();
    }
}
