package dev.polder.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.app.config.PolderConfig;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * gRPC with a Wasm component at either end: a client of grpc-java calls it through the gateway and the mesh, and it calls
 * servers of grpc-java; {@code grpc/guest/build} makes the component. Beside it one that sends early hints, whose text is in
 * the tests of {@code wasm/wasi}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrpcIT {

    private static final Metadata.Key<String> TO = Metadata.Key.of("to", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TE_WAS = Metadata.Key.of("te-was", Metadata.ASCII_STRING_MARSHALLER);

    private static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> FAIL = method("Fail", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> COUNT =
            method("Count", MethodDescriptor.MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<byte[], byte[]> CHAT =
            method("Chat", MethodDescriptor.MethodType.BIDI_STREAMING);

    private final HttpClient client = HttpClient.newHttpClient();
    private Composition polder;
    private Server plain;
    private Server secured;
    private ManagedChannel http;
    private ManagedChannel https;
    private int gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        plain = server(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        File certificate = folder.resolve("server.pem").toFile();
        File key = folder.resolve("server.key").toFile();
        openssl(key, certificate);
        secured = server(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.forServer(certificate, key).build()));
        int ports = FreePorts.first();
        Path data = folder.resolve("polder");
        Path yaml = Files.writeString(
                folder.resolve("polder.yaml"),
                "wasm: {authorities: [{hosts: [localhost], caFile: \"" + certificate + "\"}]}\n");
        polder = Composition.start(
                PolderConfig.read(yaml, Map.of(), Map.of("dataDir", data.toString(), "portsFrom", ports)));
        gateway = ports + 1;
        deploy(folder.resolve("app"), data);
        http = NettyChannelBuilder.forAddress("127.0.0.1", ports + 1)
                .usePlaintext()
                .overrideAuthority("rpc.default.localhost")
                .build();
        https = NettyChannelBuilder.forAddress("127.0.0.1", ports + 2)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(data.resolve("ca/root.crt").toFile())
                        .build())
                .overrideAuthority("rpc.default.localhost")
                .build();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
            unary(http, "ready");
            return true;
        });
    }

    private static void openssl(File key, File certificate) throws Exception {
        Process process = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "1",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void deploy(Path app, Path data) throws Exception {
        Files.createDirectory(app);
        for (String file : List.of("grpc/grpc.wasm", "informational.wasm")) {
            try (InputStream in = Objects.requireNonNull(GrpcIT.class.getResourceAsStream(file))) {
                Files.copy(in, app.resolve(Path.of(file).getFileName()));
            }
        }
        Files.writeString(app.resolve("spin.toml"), """
                spin_manifest_version = 2
                [application]
                name = "rpc"
                version = "1.0.0"
                [[trigger.http]]
                route = "/..."
                component = "rpc"
                [component.rpc]
                source = "grpc.wasm"
                allowed_outbound_hosts = ["http://peer.test", "https://localhost:*", "https://127.0.0.1:*", "https://[::1]:*"]
                [[trigger.http]]
                route = "/hints"
                component = "hints"
                [component.hints]
                source = "informational.wasm"
                """);
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        int code = Polder.commandLine()
                .setOut(out)
                .setErr(out)
                .execute("wasm", "up", "-f", app.toString(), "--data", data.toString());
        assertThat(code).as(said.toString()).isZero();
        String entry = """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: peer}
                spec:
                  hosts: [peer.test]
                  location: MESH_EXTERNAL
                  resolution: STATIC
                  ports: [{number: 80, name: grpc, protocol: GRPC, targetPort: %d}]
                  endpoints: [{address: 127.0.0.1}]
                """.formatted(plain.getPort());
        HttpResponse<String> applied = client.send(
                HttpRequest.newBuilder(URI.create(polder.portalUrl() + "/api/polder/apply?source=peer.yaml"))
                        .header("authorization", "Bearer " + polder.adminToken().orElseThrow())
                        .header("content-type", "application/yaml")
                        .POST(HttpRequest.BodyPublishers.ofString(entry))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
    }

    @AfterAll
    void stop() throws Exception {
        if (polder != null) {
            for (ManagedChannel channel : List.of(http, https)) {
                channel.shutdownNow();
                channel.awaitTermination(5, TimeUnit.SECONDS);
            }
            polder.close();
        }
        for (Server server : List.of(plain, secured)) {
            server.shutdownNow();
            server.awaitTermination();
        }
    }

    @Test
    void earlyHintsReachAClientOfTheGateway() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway)) {
            socket.getOutputStream()
                    .write("GET /hints HTTP/1.1\r\nHost: rpc.default.localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 103 ").contains("\r\n\r\nHTTP/1.1 200 ");
            assertThat(answer.substring(0, answer.indexOf("\r\n\r\n"))).containsIgnoringCase("link: </style.css>");
        }
    }

    // ---- grpc-java

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream in) {
                try {
                    return in.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        return MethodDescriptor.newBuilder(bytes, bytes)
                .setType(type)
                .setFullMethodName("polder.Test/" + name)
                .build();
    }

    private static Server server(NettyServerBuilder builder) throws IOException {
        ServerServiceDefinition service = ServerServiceDefinition.builder("polder.Test")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall((message, to) -> {
                    to.onNext(message);
                    to.onCompleted();
                }))
                .addMethod(
                        FAIL,
                        ServerCalls.asyncUnaryCall((_, to) -> to.onError(Status.RESOURCE_EXHAUSTED
                                .withDescription("too many")
                                .asRuntimeException())))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall((message, to) -> {
                    int count = Integer.parseInt(new String(message, StandardCharsets.UTF_8));
                    for (int i = 0; i < count; i++) {
                        to.onNext(new byte[] {(byte) i});
                    }
                    to.onCompleted();
                }))
                .build();
        return builder.addService(service).build().start();
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static String unary(Channel channel, String message) {
        byte[] answer =
                ClientCalls.blockingUnaryCall(channel, UNARY, options(), message.getBytes(StandardCharsets.UTF_8));
        return new String(answer, StandardCharsets.UTF_8);
    }

    private static int count(Channel channel, int messages) {
        Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(
                channel, COUNT, options(), Integer.toString(messages).getBytes(StandardCharsets.UTF_8));
        int came = 0;
        while (answers.hasNext()) {
            assertThat(answers.next()[0]).isEqualTo((byte) came++);
        }
        return came;
    }

    private static void fails(Channel channel, Status.Code code, String description) {
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, FAIL, options(), new byte[0]))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(code);
                    assertThat(e.getStatus().getDescription()).isEqualTo(description);
                });
    }

    private Channel through(String to) {
        Metadata metadata = new Metadata();
        metadata.put(TO, to);
        return ClientInterceptors.intercept(http, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    // ---- the tests

    @Test
    void aComponentServesGrpc() throws Exception {
        for (ManagedChannel channel : List.of(http, https)) {
            String large = "x".repeat(200_000);
            assertThat(unary(channel, large)).isEqualTo(large);
            assertThat(count(channel, 300)).isEqualTo(300);
            fails(channel, Status.Code.FAILED_PRECONDITION, "not now");

            // each message is answered before the next one is sent
            BlockingQueue<Object> came = new LinkedBlockingQueue<>();
            StreamObserver<byte[]> out =
                    ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, options()), new StreamObserver<>() {
                        @Override
                        public void onNext(byte[] value) {
                            came.add(new String(value, StandardCharsets.UTF_8));
                        }

                        @Override
                        public void onError(Throwable failure) {
                            came.add(failure);
                        }

                        @Override
                        public void onCompleted() {
                            came.add("end");
                        }
                    });
            for (int i = 0; i < 5; i++) {
                out.onNext(("message " + i).getBytes(StandardCharsets.UTF_8));
                assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("message " + i);
            }
            out.onCompleted();
            assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }

    @Test
    void aComponentSeesThatTrailersAreTaken() {
        var head = new java.util.concurrent.atomic.AtomicReference<Metadata>();
        Channel captured = ClientInterceptors.intercept(
                http,
                MetadataUtils.newCaptureMetadataInterceptor(head, new java.util.concurrent.atomic.AtomicReference<>()));
        unary(captured, "hello");
        assertThat(head.get().get(TE_WAS)).isEqualTo("trailers");
    }

    @Test
    void aComponentCallsAGrpcServiceOfTheMesh() {
        calls(through("http://peer.test"));
    }

    @Test
    void aComponentCallsAGrpcServerByTls() {
        calls(through("https://localhost:" + secured.getPort()));
        // nobody named an authority for the address
        assertThatThrownBy(() -> unary(through("https://127.0.0.1:" + secured.getPort()), "x"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getDescription()).contains("TlsCertificateError"));
    }

    private void calls(Channel channel) {
        String large = "y".repeat(100_000);
        assertThat(unary(channel, large)).isEqualTo(large);
        assertThat(count(channel, 100)).isEqualTo(100);
        fails(channel, Status.Code.RESOURCE_EXHAUSTED, "too many");
    }
}
