package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.SpiffeId;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** nginx behind the gateway; curl, h2load and openssl in front of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealPeersIT {

    private final TestCa ca = new TestCa("cluster.local");
    private Proxy proxy;
    private Process nginx;
    private Path roots;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/sbin/nginx")))
                .as("nginx (apt install nginx)")
                .isTrue();
        int port = HboneIT.freePort();
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off; master_process off; pid %1$s/nginx.pid; error_log %1$s/error.log;
                events { worker_connections 512; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
                  uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                  server {
                    listen 127.0.0.1:%2$d;
                    keepalive_requests 20;
                    location / { default_type text/plain; return 200 "host=$host xfp=$http_x_forwarded_proto\\n"; }
                  }
                }
                """.formatted(folder, port));
        nginx = new ProcessBuilder("/usr/sbin/nginx", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        await().atMost(Duration.ofSeconds(10)).until(() -> accepts(port));
        proxy = Proxy.builder()
                .identities(ca)
                .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .gatewayHttps(TestMesh.loopback(0), TestMesh.HTTPS, ca)
                .workers(1)
                .start();
        proxy.apply(new TestMesh().route("/", TestMesh.plain("127.0.0.1", port)).snapshot());
        roots = Files.createTempFile("roots", ".pem");
        Files.writeString(roots, pem(ca.roots()));
    }

    @AfterAll
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
            Files.deleteIfExists(roots);
        }
        if (nginx != null) {
            nginx.destroy();
        }
    }

    static boolean accepts(int port) {
        try (Socket socket = new Socket(TestMesh.ip("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    static String pem(List<X509Certificate> certificates) throws Exception {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append("-----BEGIN CERTIFICATE-----\n")
                    .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return text.toString();
    }

    static String run(String program, String... arguments) throws Exception {
        String path = List.of("/usr/bin/", "/usr/sbin/", "/usr/local/bin/").stream()
                .map(folder -> folder + program)
                .filter(file -> new File(file).canExecute())
                .findFirst()
                .orElse("");
        assumeThat(path)
                .as("%s (apt install curl nghttp2-client openssl)", program)
                .isNotEmpty();
        List<String> command = new java.util.ArrayList<>(List.of(path));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return out;
    }

    private int http() {
        return proxy.gatewayAddress(TestMesh.HTTP).getPort();
    }

    private int https() {
        return proxy.gatewayAddress(TestMesh.HTTPS).getPort();
    }

    @Test
    void servesCurl() throws Exception {
        assertThat(run("curl", "-s", "-m", "10", "http://127.0.0.1:" + http() + "/"))
                .isEqualTo("host=127.0.0.1 xfp=http\n");
        for (String version : List.of("--http1.1", "--http2")) {
            assertThat(run(
                            "curl",
                            "-s",
                            "-m",
                            "10",
                            version,
                            "--cacert",
                            roots.toString(),
                            "-w",
                            "%{http_version}",
                            "https://localhost:" + https() + "/"))
                    .startsWith("host=localhost xfp=https\n")
                    .endsWith(version.equals("--http2") ? "2" : "1.1");
        }
        assertThat(run(
                        "curl",
                        "-s",
                        "-m",
                        "10",
                        "--http2-prior-knowledge",
                        "-w",
                        "%{http_version}",
                        "http://127.0.0.1:" + http() + "/"))
                .isEqualTo("host=127.0.0.1 xfp=http\n2");
        assertThat(run("curl", "-sS", "-m", "10", "https://localhost:" + https() + "/"))
                .as("without the root")
                .contains("certificate");
    }

    @Test
    void servesHttp2LoadWithoutAFailure() throws Exception {
        assertThat(run("h2load", "-n", "3000", "-c", "4", "-m", "20", "http://127.0.0.1:" + http() + "/"))
                .contains("3000 total, 3000 started, 3000 done, 3000 succeeded, 0 failed")
                .contains("3000 2xx");
        // nginx closes a connection after 20 requests: the pool has to live with that
        assertThat(run("h2load", "--h1", "-n", "2000", "-c", "8", "http://127.0.0.1:" + http() + "/"))
                .contains("2000 succeeded, 0 failed")
                .contains("2000 2xx");
    }

    @Test
    void speaksTls13And12ButNothingOlder() throws Exception {
        String target = "localhost:" + https();
        assertThat(run("openssl", "s_client", "-connect", target, "-servername", "localhost", "-tls1_3", "-alpn", "h2"))
                .contains("TLSv1.3")
                .contains("ALPN protocol: h2");
        assertThat(run("openssl", "s_client", "-connect", target, "-servername", "localhost", "-tls1_2"))
                .contains("TLSv1.2");
        assertThat(run("openssl", "s_client", "-connect", target, "-servername", "localhost", "-tls1_1"))
                .doesNotContain("Server certificate\n");
    }
}
