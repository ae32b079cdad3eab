package dev.polder.wasm.capability;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    static {
        TestTls.trust();
    }

    private final Process process;
    private final Path folder;
    private final int port;
    private final int tlsPort;

    private TestServer(Process process, Path folder, int port, int tlsPort) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /** Where it speaks TLS; with its trusted certificate at first. */
    int tlsPort() {
        return tlsPort;
    }

    /** The folder of its data, for those that are killed and started again. */
    Path folder() {
        return folder;
    }

    /** Ends at once, as by a crash; the data stays until {@link #close}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int port() {
        return port;
    }

    static TestServer redis() throws Exception {
        Path program = program("redis-server", "redis-server");
        Path folder = Files.createTempDirectory("polder-redis");
        int port = freePort();
        int tlsPort = freePort();
        return start(
                folder,
                port,
                tlsPort,
                List.of(
                        program.toString(),
                        "--tls-port",
                        "" + tlsPort,
                        "--tls-cert-file",
                        TestTls.TRUSTED.certificate.toString(),
                        "--tls-key-file",
                        TestTls.TRUSTED.key.toString(),
                        "--tls-ca-cert-file",
                        TestTls.TRUSTED.authority.toString(),
                        "--tls-auth-clients",
                        "no",
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
        TestTls.require(List.of("mosquitto_passwd", "-c", "-b", passwords.toString(), "ada", "pa:ss"));
        if (isRoot()) {
            TestTls.require(List.of("chown", "-R", "mosquitto", folder.toString()));
        }
        Path config = folder.resolve("mosquitto.conf");
        int tlsPort = freePort();
        Files.writeString(config, """
                allow_anonymous false
                password_file %s
                listener %d 127.0.0.1
                listener %d 127.0.0.1
                certfile %s
                keyfile %s
                listener %d 127.0.0.2
                certfile %s
                keyfile %s
                """.formatted(
                        passwords,
                        port,
                        tlsPort,
                        TestTls.TRUSTED.certificate,
                        TestTls.TRUSTED.key,
                        tlsPort,
                        TestTls.UNKNOWN.certificate,
                        TestTls.UNKNOWN.key));
        return start(folder, port, tlsPort, List.of(program.toString(), "-c", config.toString()));
    }

    static TestServer mariadb() throws Exception {
        Path program = program("mariadbd", "mariadb-server");
        Path install = program("mariadb-install-db", "mariadb-server");
        Path folder = Files.createTempDirectory("polder-mariadb");
        Path data = folder.resolve("data");
        int port = freePort();
        List<String> user = isRoot() ? List.of("--user=mysql") : List.of();
        if (isRoot()) {
            TestTls.require(List.of("chown", "mysql", folder.toString()));
        }
        List<String> installing = new ArrayList<>(List.of(
                install.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        installing.addAll(user);
        TestTls.require(installing);
        Path init = folder.resolve("init.sql");
        Files.writeString(init, """
                CREATE DATABASE shop;
                CREATE USER 'ada'@'127.0.0.1' IDENTIFIED BY 'pa:s/s';
                GRANT ALL ON shop.* TO 'ada'@'127.0.0.1';
                GRANT RELOAD ON *.* TO 'ada'@'127.0.0.1';
                """);
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--ssl-cert=" + Files.copy(TestTls.TRUSTED.certificate, folder.resolve("server.pem")),
                "--ssl-key=" + Files.copy(TestTls.TRUSTED.key, folder.resolve("server.key")),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--init-file=" + init,
                "--skip-name-resolve",
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=8M"));
        command.addAll(user);
        return start(folder, port, port, command);
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
            TestTls.require(List.of("chown", "postgres", folder.toString()));
        }
        TestTls.require(asPostgres(
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
        for (TestTls tls : List.of(TestTls.TRUSTED, TestTls.UNKNOWN)) {
            String name = tls == TestTls.TRUSTED ? "trusted" : "unknown";
            TestTls.require(asPostgres(
                    "cp",
                    tls.certificate.toString(),
                    data.resolve(name + ".pem").toString()));
            TestTls.require(asPostgres(
                    "install",
                    "-m",
                    "600",
                    tls.key.toString(),
                    data.resolve(name + ".key").toString()));
        }
        String trusted = "ssl_cert_file = 'trusted.pem'\nssl_key_file = 'trusted.key'\n";
        Files.writeString(data.resolve("postgresql.conf"), trusted, StandardOpenOption.APPEND);
        return start(
                folder,
                port,
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
                        "ssl=on",
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

    static TestServer nats(Path data, int port, String... more) throws Exception {
        Path program = program("nats-server", "nats-server");
        Path folder = Files.createTempDirectory("polder-nats");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-a",
                "127.0.0.1",
                "-p",
                "" + port,
                "--user",
                "ada",
                "--pass",
                "s3cret",
                "-js",
                "-sd",
                data.toString()));
        command.addAll(List.of(more));
        return start(folder, port, port, command);
    }

    /** An S3 server that keeps everything in memory. */
    static TestServer s3(String... more) throws Exception {
        Path program = Path.of(peers(), "moto_server");
        assumeTrue(Files.isExecutable(program), "no moto_server here: run deploy/test-peers");
        Path folder = Files.createTempDirectory("polder-s3");
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(program.toString(), "-H", "127.0.0.1", "-p", "" + port));
        command.addAll(List.of(more));
        return start(folder, port, port, command);
    }

    /** A Vault or OpenBao for development: unsealed, with an engine of the kind KV, version 2, at {@code secret}. */
    static TestServer vault(String rootToken) throws Exception {
        Optional<Path> program = Stream.of("/usr/bin", "/usr/local/bin", peers())
                .flatMap(folder -> Stream.of(Path.of(folder, "bao"), Path.of(folder, "vault")))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "no bao and no vault here: install OpenBao or Vault");
        Path folder = Files.createTempDirectory("polder-vault");
        int port = freePort();
        return start(
                folder,
                port,
                port,
                List.of(
                        program.get().toString(),
                        "server",
                        "-dev",
                        "-dev-no-store-token",
                        "-dev-root-token-id=" + rootToken,
                        "-dev-listen-address=127.0.0.1:" + port));
    }

    private static String peers() {
        return System.getenv()
                .getOrDefault("POLDER_PEERS", System.getProperty("user.home") + "/.cache/polder/peers/bin");
    }

    private static TestServer start(Path folder, int port, int tlsPort, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        TestServer server = new TestServer(process, folder, port, tlsPort);
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
