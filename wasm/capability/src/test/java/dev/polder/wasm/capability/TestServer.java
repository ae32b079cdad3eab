package dev.polder.wasm.capability;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real server on a free loopback port, with its data in a folder of its own. */
final class TestServer implements AutoCloseable {

    private final Process process;
    private final Path folder;
    private final int port;

    private TestServer(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    int port() {
        return port;
    }

    static TestServer redis() throws Exception {
        Path program = program("redis-server", "redis-server");
        Path folder = Files.createTempDirectory("polder-redis");
        int port = freePort();
        return start(
                folder,
                port,
                List.of(
                        program.toString(),
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--dir",
                        folder.toString(),
                        "--requirepass",
                        "s3cret"));
    }

    static TestServer mosquitto() throws Exception {
        Path program = program("mosquitto", "mosquitto");
        Path folder = Files.createTempDirectory("polder-mosquitto");
        int port = freePort();
        Path passwords = folder.resolve("passwords");
        require(List.of("mosquitto_passwd", "-c", "-b", passwords.toString(), "ada", "pa:ss"));
        if (isRoot()) {
            require(List.of("chown", "-R", "mosquitto", folder.toString()));
        }
        Path config = folder.resolve("mosquitto.conf");
        Files.writeString(
                config, "listener " + port + " 127.0.0.1\nallow_anonymous false\npassword_file " + passwords + "\n");
        return start(folder, port, List.of(program.toString(), "-c", config.toString()));
    }

    static TestServer mariadb() throws Exception {
        Path program = program("mariadbd", "mariadb-server");
        Path install = program("mariadb-install-db", "mariadb-server");
        Path folder = Files.createTempDirectory("polder-mariadb");
        Path data = folder.resolve("data");
        int port = freePort();
        List<String> user = isRoot() ? List.of("--user=mysql") : List.of();
        if (isRoot()) {
            require(List.of("chown", "mysql", folder.toString()));
        }
        List<String> installing = new ArrayList<>(List.of(
                install.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        installing.addAll(user);
        require(installing);
        Path init = folder.resolve("init.sql");
        Files.writeString(init, """
                CREATE DATABASE shop;
                CREATE USER 'ada'@'127.0.0.1' IDENTIFIED BY 'pa:s/s';
                GRANT ALL ON shop.* TO 'ada'@'127.0.0.1';
                """);
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--init-file=" + init,
                "--skip-name-resolve",
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=8M"));
        command.addAll(user);
        return start(folder, port, command);
    }

    static TestServer postgres() throws Exception {
        Path installed = Path.of("/usr/lib/postgresql");
        Optional<Path> bin = Optional.empty();
        if (Files.isDirectory(installed)) {
            try (Stream<Path> versions = Files.list(installed)) {
                bin = versions.map(version -> version.resolve("bin"))
                        .filter(path -> Files.isExecutable(path.resolve("initdb")))
                        .max(Comparator.naturalOrder());
            }
        }
        assumeTrue(bin.isPresent(), "no PostgreSQL here: install the package postgresql");
        Path folder = Files.createTempDirectory("polder-postgres");
        Path data = folder.resolve("data");
        int port = freePort();
        if (isRoot()) {
            require(List.of("chown", "postgres", folder.toString()));
        }
        require(asPostgres(
                bin.get().resolve("initdb").toString(),
                "-D",
                data.toString(),
                "-U",
                "ada",
                "-A",
                "trust",
                "-N",
                "-E",
                "UTF8"));
        return start(
                folder,
                port,
                asPostgres(
                        bin.get().resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        "" + port,
                        "-k",
                        folder.toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "shared_buffers=16MB",
                        "-c",
                        "timezone=Asia/Tokyo"));
    }

    private static List<String> asPostgres(String... command) {
        List<String> words = new ArrayList<>(
                isRoot() ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") : List.of());
        words.addAll(List.of(command));
        return words;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static Path program(String name, String debianPackage) {
        Optional<Path> found = Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no " + name + " here: install the package " + debianPackage);
        return found.get();
    }

    private static TestServer start(Path folder, int port, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        TestServer server = new TestServer(process, folder, port);
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        if (!process.isAlive()) {
                            throw new IOException(command + " ended:\n" + Files.readString(folder.resolve("log")));
                        }
                        try (Socket socket = new Socket()) {
                            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                            return true;
                        } catch (IOException e) {
                            return false;
                        }
                    });
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void require(List<String> command) throws Exception {
        Path log = Files.createTempFile("polder-setup", ".log");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + " failed:\n" + Files.readString(log));
        }
        Files.delete(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
