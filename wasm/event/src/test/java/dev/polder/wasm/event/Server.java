package dev.polder.wasm.event;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.wasm.capability.TestTls;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real server on a free loopback port, with its data in a folder of the test; it can be killed and started again. */
final class Server implements AutoCloseable {

    final int port;
    private final List<String> command;
    private final Path log;
    private @Nullable Process process;

    private Server(int port, List<String> command, Path log) {
        this.port = port;
        this.command = command;
        this.log = log;
        start();
    }

    static Server redis(Path folder) throws IOException {
        int port = freePort();
        return redis(folder, port, "--port", "" + port);
    }

    static Server redis(Path folder, TestTls tls) throws IOException {
        int port = freePort();
        return redis(
                folder,
                port,
                "--port",
                "0",
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                tls.certificate().toString(),
                "--tls-key-file",
                tls.key().toString(),
                "--tls-ca-cert-file",
                tls.authority().toString(),
                "--tls-auth-clients",
                "no");
    }

    private static Server redis(Path folder, int port, String... listening) {
        List<String> command = new ArrayList<>(List.of(
                program("redis-server", "the package redis-server"),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString(),
                "--requirepass",
                "s3cret"));
        command.addAll(List.of(listening));
        return new Server(port, command, folder.resolve("redis.log"));
    }

    /** Keeps its sessions on disk, so that they are there after a restart. */
    static Server mosquitto(Path folder) throws IOException {
        return mosquitto(folder, "");
    }

    static Server mosquitto(Path folder, TestTls tls) throws IOException {
        return mosquitto(folder, "certfile " + tls.certificate() + "\nkeyfile " + tls.key() + "\n");
    }

    private static Server mosquitto(Path folder, String more) throws IOException {
        int port = freePort();
        Path config = folder.resolve("mosquitto.conf");
        Files.writeString(config, """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence true
                persistence_location %s/
                user root
                %s""".formatted(port, folder, more));
        return new Server(
                port,
                List.of(program("mosquitto", "the package mosquitto"), "-c", config.toString()),
                folder.resolve("mosquitto.log"));
    }

    static Server nats(Path folder, String... more) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                program("nats-server", "it with: go install github.com/nats-io/nats-server/v2@latest"),
                "--addr",
                "127.0.0.1",
                "--port",
                "" + port,
                "--jetstream",
                "--store_dir",
                folder.toString()));
        command.addAll(List.of(more));
        return new Server(port, command, folder.resolve("nats.log"));
    }

    static Server nats(Path folder, TestTls tls) throws IOException {
        return nats(
                folder,
                "--tls",
                "--tlscert",
                tls.certificate().toString(),
                "--tlskey",
                tls.key().toString());
    }

    private static String program(String name, String what) {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", System.getProperty("user.home") + "/go/bin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no " + name + " here: install " + what);
        return found.get().toString();
    }

    void start() {
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = started;
            Awaitility.await(command.getFirst())
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        if (!started.isAlive()) {
                            throw new IOException(command + " ended:\n" + Files.readString(log));
                        }
                        return answers();
                    });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        Process stopping = Objects.requireNonNull(process);
        stopping.destroy();
        try {
            if (!stopping.waitFor(10, TimeUnit.SECONDS)) {
                stopping.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
