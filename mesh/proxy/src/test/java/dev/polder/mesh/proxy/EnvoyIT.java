package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.WorkloadIdentity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HBONE with a real Envoy at the other end, once as client and once as server. */
class EnvoyIT {

    private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway");
    private static final SpiffeId ENVOY = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/envoy");

    private final TestCa ca = new TestCa("cluster.local");
    private final int hbonePort = HboneIT.freePort();

    /** From the folder that {@code deploy/test-peers} fills. */
    private static Path envoy() {
        String folder = System.getenv("POLDER_PEERS");
        Path path = folder != null
                ? Path.of(folder, "envoy")
                : Path.of(System.getProperty("user.home"), ".cache/polder/peers/bin/envoy");
        assumeThat(Files.isExecutable(path))
                .as("Envoy at %s (deploy/test-peers brings it)", path)
                .isTrue();
        return path;
    }

    private static void pem(Path file, String type, byte[] bytes) throws Exception {
        Files.writeString(
                file,
                "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + type
                        + "-----\n");
    }

    private String tlsContext(Path folder) throws Exception {
        WorkloadIdentity identity = ca.issue(ENVOY);
        X509Certificate leaf = identity.leaf();
        Key key = identity.key();
        pem(folder.resolve("leaf.pem"), "CERTIFICATE", leaf.getEncoded());
        pem(folder.resolve("key.pem"), "PRIVATE KEY", key.getEncoded());
        pem(folder.resolve("root.pem"), "CERTIFICATE", ca.roots().getFirst().getEncoded());
        return """
                {tls_params: {tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: TLSv1_3},
                 alpn_protocols: [h2],
                 tls_certificates: [{certificate_chain: {filename: %1$s/leaf.pem}, private_key: {filename: %1$s/key.pem}}],
                 validation_context: {trusted_ca: {filename: %1$s/root.pem}}}""".formatted(folder);
    }

    private static Process start(Path folder, String configuration) throws Exception {
        Path file = folder.resolve("envoy.yaml");
        Files.writeString(file, configuration);
        return new ProcessBuilder(
                        envoy().toString(),
                        "-c",
                        file.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "-l",
                        "error")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void letsEnvoyIn(@TempDir Path folder) throws Exception {
        int port = HboneIT.freePort();
        Process envoy =
                start(folder, """
                static_resources:
                  listeners:
                  - address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}
                    filter_chains:
                    - filters:
                      - name: tcp
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                          stat_prefix: t
                          cluster: w
                          tunneling_config: {hostname: "127.64.0.6:8080"}
                  clusters:
                  - name: w
                    type: STATIC
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                        explicit_http_config: {http2_protocol_options: {}}
                    transport_socket:
                      name: tls
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                        common_tls_context: %3$s
                    load_assignment:
                      cluster_name: w
                      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.64.0.6, port_value: %2$d}}}}]}]
                """.formatted(port, hbonePort, tlsContext(folder).replace("\n", " ")));
        TestMesh mesh = new TestMesh();
        mesh.workload("shop", "127.64.0.6");
        try (Proxy node = Proxy.builder()
                .identities(ca)
                .hbonePort(hbonePort)
                .workers(1)
                .local(
                        TestMesh.ip("127.64.0.6"),
                        (request, responder) -> responder.respond(
                                200, List.of(), ("for " + request.peer()).getBytes(StandardCharsets.UTF_8)))
                .start()) {
            node.apply(mesh.snapshot());
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(get(port, "/").body()).isEqualTo("for " + ENVOY));
        } finally {
            envoy.destroy();
        }
    }

    @Test
    void reachesEnvoy(@TempDir Path folder) throws Exception {
        try (TestUpstream upstream = new TestUpstream("behind envoy")) {
            Process envoy = start(folder, """
                    static_resources:
                      listeners:
                      - address: {socket_address: {address: 127.64.0.7, port_value: %1$d}}
                        filter_chains:
                        - transport_socket:
                            name: tls
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                              require_client_certificate: true
                              common_tls_context: %3$s
                          filters:
                          - name: http
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                              stat_prefix: h
                              http2_protocol_options: {allow_connect: true}
                              upgrade_configs: [{upgrade_type: CONNECT}]
                              route_config:
                                virtual_hosts:
                                - name: all
                                  domains: ["*"]
                                  routes:
                                  - match: {connect_matcher: {}}
                                    route: {cluster: u, upgrade_configs: [{upgrade_type: CONNECT, connect_config: {}}]}
                              http_filters:
                              - name: router
                                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                      clusters:
                      - name: u
                        type: STATIC
                        load_assignment:
                          cluster_name: u
                          endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]
                    """.formatted(
                            hbonePort, upstream.port(), tlsContext(folder).replace("\n", " ")));
            TestMesh mesh = new TestMesh();
            var workload = mesh.workload("envoy", "127.64.0.7");
            try (Proxy gateway = Proxy.builder()
                    .identities(ca)
                    .gatewayIdentity(SELF)
                    .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                    .hbonePort(hbonePort)
                    .workers(1)
                    .start()) {
                gateway.apply(
                        mesh.route("/", TestMesh.tunnelled(workload, 8080)).snapshot());
                int port = gateway.gatewayAddress(TestMesh.HTTP).getPort();
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(get(port, "/").body()).isEqualTo("behind envoy"));
                for (int i = 0; i < 50; i++) {
                    assertThat(get(port, "/").statusCode()).isEqualTo(200);
                }
            } finally {
                envoy.destroy();
            }
        }
    }
}
