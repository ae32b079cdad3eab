package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlReader;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wasmCloud workload asks for a port of the machine, and gets it where the operator opens the machine. */
class HostPortsIT {

    private static final String GUEST = """
            use std::{env, io::Write, net::TcpStream};
            fn main() {
                match TcpStream::connect(format!("host.wasmcloud.internal:{}", env::var("PORT").unwrap())) {
                    Ok(mut stream) => stream.write_all(b"hello").unwrap(),
                    Err(e) => println!("refused: {e}"),
                }
            }
            """;

    private static void deploy(Harness polder, byte[] wasm, String name, int port, String allowed) {
        Resource workload = ResourceCodec.decode(
                YamlReader.read("w.yaml", """
                        apiVersion: runtime.wasmcloud.dev/v1alpha1
                        kind: WorkloadDeployment
                        metadata: {name: %s}
                        spec:
                          template:
                            spec:
                              service:
                                image: r.example/service:1
                                localResources:
                                  environment: {config: {PORT: "%d"}}
                                  allowedHosts: ["*"]
                                  allowedHostLoopbackPorts: ["%s"]
                        """.formatted(name, port, allowed).getBytes(StandardCharsets.UTF_8))
                        .getFirst(),
                "default");
        polder.apps.deploy(
                Harness.workload(name),
                BuiltApp.ofWasmcloud(workload, List.of(BuiltApp.Component.of("service", wasm))),
                Harness.info("0123456789"));
    }

    private static void awaitLine(Harness polder, String name, String words) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> polder.apps.log(Harness.workload(name)).after(0).stream()
                        .anyMatch(line -> line.text().contains(words)));
    }

    @Test
    void bothHaveToOpenIt(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("guest.rs"), GUEST);
        RustPrograms.compile(source, "wasm32-wasip2", folder.resolve("guest.wasm"));
        byte[] wasm = Files.readAllBytes(folder.resolve("guest.wasm"));
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Harness polder = new Harness(EngineChoice.WASMTIME, folder.resolve("polder"))) {
            server.setSoTimeout(30_000);
            int port = server.getLocalPort();
            deploy(polder, wasm, "closed", port, port + "/tcp");
            awaitLine(polder, "closed", "allowedHostLoopbackPorts: without effect (expected: \"loopback\"");
            awaitLine(polder, "closed", "refused: ");

            polder.outbound = new OutboundRules(NetworkRules.of(List.of("loopback"), List.of()), Authorities.JAVA);
            deploy(polder, wasm, "other", port, Integer.toString(port == 65_535 ? 1 : port + 1));
            awaitLine(polder, "other", "refused: ");
            deploy(polder, wasm, "open", port, Integer.toString(port));
            assertThat(said(server)).isEqualTo("hello");
        }
    }

    private static String said(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
