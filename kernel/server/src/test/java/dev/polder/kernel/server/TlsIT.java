package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a certificate made for the test by the JDK's own tool. */
class TlsIT {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void speaksTlsAndOnlyTls() throws Exception {
        KeyStore keys = generate();
        Path certificate = pem("CERTIFICATE", keys.getCertificate("polder").getEncoded());
        Path key =
                pem("PRIVATE KEY", keys.getKey("polder", PASSWORD.toCharArray()).getEncoded());
        try (PolderServer server = PolderServer.builder()
                        .tls(certificate, key)
                        .health(new Health())
                        .start();
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting(keys)).build()) {
            HttpRequest request = HttpRequest.newBuilder(server.uri().resolve("/healthz/ready"))
                    .build();
            HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
            assertThat(server.uri().getScheme()).isEqualTo("https");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.headers().firstValue("strict-transport-security"))
                    .isPresent();
        }
    }

    @Test
    void filesThatHoldNoCertificateAreAProblem() throws Exception {
        Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "nonsense");
        assertThatThrownBy(() -> PolderServer.builder()
                        .tls(nonsense, nonsense)
                        .health(new Health())
                        .start())
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("nonsense.pem");
        assertThatThrownBy(() -> PolderServer.builder()
                        .tls(folder.resolve("absent"), nonsense)
                        .health(new Health())
                        .start())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("not readable");
    }

    private KeyStore generate() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "polder",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private Path pem(String label, byte[] der) throws Exception {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
        return Files.writeString(folder.resolve(label.replace(' ', '-') + ".pem"), text);
    }

    private static SSLContext trusting(KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("polder", keys.getCertificate("polder"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
