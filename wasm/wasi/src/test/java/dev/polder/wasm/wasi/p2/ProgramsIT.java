package dev.polder.wasm.wasi.p2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.GuestExit;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.cli.Run;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.io.ByteArrayOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program of Rust's standard library as a component, on both engines, with the same outcome. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgramsIT {

    private record Outcome(int code, String out, String err) {}

    private final GuestExecutor executor = new GuestExecutor(2, 4);
    private RustGuests guests;

    @BeforeAll
    void build(@TempDir Path work) throws Exception {
        guests = new RustGuests(work);
    }

    @AfterAll
    void close() {
        executor.close();
        if (guests != null) {
            guests.close();
        }
    }

    private static WasiConfig.Builder config(String... args) {
        return WasiConfig.builder("guest").args(List.of(args));
    }

    private CompletableFuture<Outcome> start(
            EngineChoice engine,
            WasiConfig.Builder base,
            UnaryOperator<WasiP2Config> network,
            ByteArrayOutputStream out,
            InstanceLimits limits) {
        LinkedComponent linked = guests.commands.get(engine);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        WasiConfig config = base.stdout(OutputSink.buffer("stdout", out, 10_000))
                .stderr(OutputSink.buffer("stderr", err, 10_000))
                .build();
        return executor.submit(() -> {
            int code;
            try (WasiP2Services services = new WasiP2Services(network.apply(WasiP2Config.of(config)));
                    ComponentInstance instance = linked.instantiate(limits, services)) {
                code = instance.bind(Run.class).run() instanceof Result.Ok ? 0 : 1;
            } catch (GuestExit exit) {
                code = exit.code();
            } catch (WasmTrap trap) {
                // What it said before, a panic's words, helps more than where it was.
                throw new WasmTrap(trap.code(), trap.detail() + " after: " + err, trap.frames(), trap);
            }
            return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        });
    }

    private Outcome run(EngineChoice engine, WasiConfig.Builder base, UnaryOperator<WasiP2Config> network) {
        return start(engine, base, network, new ByteArrayOutputStream(), InstanceLimits.DEFAULT)
                .join();
    }

    private Outcome run(EngineChoice engine, WasiConfig.Builder base) {
        return run(engine, base, UnaryOperator.identity());
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void argumentsEnvironmentAndStreams(EngineChoice engine) {
        assertThat(run(engine, config("hello", "a", "b").env("NAME", "world")))
                .isEqualTo(new Outcome(0, "hello world a,b\n", "to stderr\n"));
        assertThat(run(engine, config("cat").stdin("h\u00e9llo".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new Outcome(0, "H\u00c9LLO", ""));
        assertThat(run(engine, config("exit")).code())
                .as("the standard library tells success or not")
                .isEqualTo(1);
        assertThat(run(engine, config("clock")).out()).isEqualTo("slept\n");
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void filesInsideAndNoneOutside(EngineChoice engine, @TempDir Path folder) throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path readOnly = Files.createDirectory(folder.resolve("ro"));
        Outcome outcome = run(
                engine,
                config("files").preopen(Preopen.writable("/data", data)).preopen(Preopen.readOnly("/ro", readOnly)));
        assertThat(outcome).isEqualTo(new Outcome(0, "files work\n", ""));

        Files.writeString(folder.resolve("secret"), "s");
        Files.createSymbolicLink(data.resolve("out"), folder.resolve("secret"));
        Files.createDirectory(data.resolve("sub"));
        assertThat(run(engine, config("escape").preopen(Preopen.writable("/data", data))))
                .isEqualTo(new Outcome(0, "nothing leads out\n", ""));
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void tcpWhereItIsAllowed(EngineChoice engine) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + server.getLocalPort();
            CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    String got = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    socket.getOutputStream().write(("echo " + got).getBytes(StandardCharsets.UTF_8));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            OutboundPolicy policy = OutboundPolicy.of(List.of("tcp://" + address));
            assertThat(run(engine, config("tcp", address), c -> c.withOutbound(policy)))
                    .isEqualTo(new Outcome(0, "echo ping\n", ""));
            peer.get();

            Outcome refused = run(engine, config("refused", address));
            assertThat(refused.out()).isEqualTo("PermissionDenied\n");
            server.setSoTimeout(50);
            assertThatThrownBy(server::accept)
                    .as("no packet was sent")
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void udpWhereItIsAllowed(EngineChoice engine) throws Exception {
        try (DatagramSocket server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            String address = "127.0.0.1:" + server.getLocalPort();
            CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                    server.receive(packet);
                    server.send(packet);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            OutboundPolicy policy = OutboundPolicy.of(List.of("udp://" + address));
            assertThat(run(engine, config("udp", address), c -> c.withOutbound(policy)))
                    .isEqualTo(new Outcome(0, "ping from " + address + "\n", ""));
            peer.get();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void listensWhereItIsAllowed(EngineChoice engine) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Outcome> outcome = start(
                engine,
                config("serve", "127.0.0.1:0"),
                c -> c.withListen(List.of("tcp://127.0.0.1:*")),
                out,
                InstanceLimits.DEFAULT);
        Awaitility.await()
                .until(() ->
                        outcome.isDone() || out.toString(StandardCharsets.UTF_8).endsWith("\n"));
        String[] address = out.toString(StandardCharsets.UTF_8).strip().split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("got ping");
        }
        assertThat(outcome.join().code()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aGuestThatSleepsIsEndedByItsDeadline(EngineChoice engine) {
        InstanceLimits limits = InstanceLimits.DEFAULT.withWallTime(Duration.ofMillis(200));
        long start = System.nanoTime();
        assertThatThrownBy(start(engine, config("sleep"), c -> c, new ByteArrayOutputStream(), limits)::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(Problem.class)
                .hasMessageContaining("deadline");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
}
