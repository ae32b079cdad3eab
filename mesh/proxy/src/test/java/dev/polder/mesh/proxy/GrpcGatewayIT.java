package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.Endpoint;
import dev.polder.mesh.config.ServicePort.AppProtocol;
import dev.polder.mesh.config.Workload;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client of grpc-java calls through the gateway: a server of grpc-java outside the mesh, and a workload of this process
 * through HBONE, by HTTP/1.1 or by HTTP/2 inside the tunnel.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcGatewayIT {

    private static final String ADDRESS = "127.64.0.51";

    private final TestCa ca = new TestCa("cluster.local");
    private GrpcPeer peer;
    private Proxy proxy;
    private ManagedChannel plain;
    private ManagedChannel secured;

    /** Whether the bytes of tunnels are handed over in memory. */
    boolean handOver() {
        return true;
    }

    @BeforeAll
    void start() throws Exception {
        peer = new GrpcPeer(UnaryOperator.identity());
        proxy = Proxy.builder()
                .identities(ca)
                .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .gatewayHttps(TestMesh.loopback(0), TestMesh.HTTPS, ca)
                .hbonePort(HboneIT.freePort())
                .local(TestMesh.ip(ADDRESS), GrpcGatewayIT::echo)
                .grace(Duration.ofMillis(200))
                .workers(1)
                .handOver(handOver())
                .start();
        TestMesh mesh = new TestMesh();
        Workload workload = mesh.workload("shop", ADDRESS);
        Endpoint tunnelled = TestMesh.tunnelled(workload, 8080);
        mesh.route("http1", "/", TestMesh.cluster("http1", tunnelled));
        mesh.route("localhost", "/", TestMesh.cluster("http1", tunnelled));
        mesh.route("http2", "/", TestMesh.cluster("http2", AppProtocol.HTTP2, tunnelled));
        mesh.route("peer", "/", TestMesh.cluster("peer", AppProtocol.GRPC, TestMesh.plain("127.0.0.1", peer.port())));
        proxy.apply(mesh.snapshot());
        plain = NettyChannelBuilder.forAddress(proxy.gatewayAddress(TestMesh.HTTP))
                .usePlaintext()
                .build();
        secured = NettyChannelBuilder.forAddress(
                        "localhost", proxy.gatewayAddress(TestMesh.HTTPS).getPort())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(ca.roots().getFirst())
                        .build())
                .build();
    }

    @AfterAll
    void stop() throws Exception {
        for (ManagedChannel channel : List.of(plain, secured)) {
            channel.shutdownNow();
            channel.awaitTermination(5, TimeUnit.SECONDS);
        }
        proxy.close();
        peer.close();
    }

    /** What a service of gRPC would do whose answer is its request. */
    private static void echo(LocalRequest request, LocalResponder responder) {
        List<HttpHeader> headers = List.of(
                new HttpHeader("content-type", "application/grpc"),
                new HttpHeader("te-was", String.valueOf(TestBodies.header(request.headers(), "te"))));
        if (request.path().endsWith("/Fail")) {
            responder
                    .respond(200, headers)
                    .end(List.of(new HttpHeader("grpc-status", "9"), new HttpHeader("grpc-message", "not%20now")));
            return;
        }
        TestBodies.echo(request.body(), responder.respond(200, headers), List.of(new HttpHeader("grpc-status", "0")));
    }

    @ParameterizedTest
    @CsvSource({"http1,false", "http2,false", "peer,false", "localhost,true"})
    void messagesAndTrailersPassBothWays(String route, boolean tls) throws Exception {
        ManagedChannel channel = tls ? secured : plain;
        CallOptions usual = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        CallOptions options = tls ? usual : usual.withAuthority(route);
        byte[] message = new byte[300_000];
        message[7] = 7;
        assertThat(ClientCalls.blockingUnaryCall(channel, GrpcPeer.UNARY, options, message))
                .isEqualTo(message);
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel, GrpcPeer.FAIL, options, "not now".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    assertThat(e.getStatus().getDescription()).isEqualTo("not now");
                });

        // each message is answered before the next one is sent
        BlockingQueue<Object> came = new LinkedBlockingQueue<>();
        ClientCall<byte[], byte[]> chat = channel.newCall(GrpcPeer.CHAT, options);
        StreamObserver<byte[]> out = ClientCalls.asyncBidiStreamingCall(chat, new StreamObserver<>() {
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
        for (int i = 0; i < 20; i++) {
            out.onNext(("message " + i).getBytes(StandardCharsets.UTF_8));
            assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("message " + i);
        }
        out.onCompleted();
        assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
    }

    @ParameterizedTest
    @CsvSource({"http1", "http2"})
    void aWorkloadSeesThatTrailersAreTaken(String route) throws Exception {
        BlockingQueue<Metadata> head = new LinkedBlockingQueue<>();
        ClientCall<byte[], byte[]> call = plain.newCall(
                GrpcPeer.UNARY, CallOptions.DEFAULT.withAuthority(route).withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata headers) {
                        head.add(headers);
                    }
                },
                new Metadata());
        call.sendMessage(new byte[1]);
        call.halfClose();
        call.request(2);
        Metadata headers = head.poll(10, TimeUnit.SECONDS);
        assertThat(headers).isNotNull();
        assertThat(headers.get(GrpcPeer.TE_WAS)).isEqualTo("trailers");
    }
}
