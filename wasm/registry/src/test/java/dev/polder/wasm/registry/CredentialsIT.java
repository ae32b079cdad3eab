package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords, tokens and certificates: against the real server, and against a token service that lies. */
class CredentialsIT {

    /** {@code htpasswd -nbB polder secret} */
    private static final String HTPASSWD = "polder:$2y$05$26ED3oaQezjB5vAmveZMROeYK8zfRCB8feYnM15.Cnm2Lzc48Egtm\n";

    private static final RegistryOptions QUICK = RegistryOptions.DEFAULT.withTimes(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            new RegistryOptions.Retry(2, Duration.ofMillis(5), Duration.ofMillis(50)));

    @TempDir
    Path folder;

    private Store store;
    private AppSource source;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(folder.resolve("store"));
        source = AppSource.component(Files.write(folder.resolve("a.wasm"), Samples.module(1000, 1)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
    }

    @Test
    void aPasswordOverTlsWithAnAuthorityOfOnesOwn() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed: apt install openssl");
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-days",
                "2",
                "-subj",
                "/CN=test authority");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "server.key",
                "-out",
                "server.csr",
                "-subj",
                "/CN=registry");
        Files.writeString(folder.resolve("san"), "subjectAltName=IP:127.0.0.1\n");
        openssl(
                "x509",
                "-req",
                "-in",
                "server.csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                "san",
                "-out",
                "server.pem");
        Path htpasswd = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
        String tls = "  tls:\n    certificate: " + folder.resolve("server.pem") + "\n    key: "
                + folder.resolve("server.key");
        String auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + htpasswd;
        try (RegistryProcess server = RegistryProcess.start(folder, tls, auth)) {
            Reference reference = Reference.parse(server.host() + "/team/a:1");
            RegistryOptions secure = QUICK.withTransport(RegistryOptions.Transport.TLS)
                    .withCertificateAuthority(folder.resolve("ca.pem"));
            Path docker = Files.writeString(
                    folder.resolve("config.json"),
                    "{\"auths\":{\"" + server.host() + "\":{\"auth\":\""
                            + Base64.getEncoder().encodeToString("polder:secret".getBytes(StandardCharsets.UTF_8))
                            + "\"}}}");
            try (Registry registry = Registry.open(secure.withCredentials(DockerConfig.read(docker)), store.blobs())) {
                PushedApp pushed = registry.push(source, reference, PushOptions.DEFAULT);
                assertThat(registry.pull(reference, PullOptions.DEFAULT).manifest())
                        .isEqualTo(pushed.manifest());
            }
            assertRefused(secure, reference, Problem.Code.UNAUTHENTICATED, "found: Anonymous");
            CredentialSource wrong = registry -> new Credentials.Basic("polder", "s3cret");
            assertRefused(secure.withCredentials(wrong), reference, Problem.Code.UNAUTHENTICATED, "401");
            assertRefused(
                    secure.withCertificateAuthority(null),
                    reference,
                    Problem.Code.UNAVAILABLE,
                    "a known authority signed");
            // the server hangs up or says 400: it never sees a password
            assertRefused(QUICK.withCredentials(wrong), reference, Problem.Code.BAD_UPSTREAM, "400");
        }
    }

    private void assertRefused(RegistryOptions options, Reference reference, Problem.Code code, String message) {
        try (Registry registry = Registry.open(options, store.blobs())) {
            assertThatThrownBy(() -> registry.pull(reference, PullOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.code())
                                    .as(problem.getMessage())
                                    .isEqualTo(code))
                    .hasMessageContaining(message)
                    .message()
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void tokensComeFromTheTokenService() throws Exception {
        try (LyingRegistry server = new LyingRegistry();
                LyingRegistry tokens = new LyingRegistry()) {
            AtomicReference<String> answer = new AtomicReference<>("{\"token\":\"abc\",\"expires_in\":300}");
            AtomicReference<String> form = new AtomicReference<>("");
            tokens.at("/token", exchange -> {
                form.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                LyingRegistry.answer(exchange, 200, answer.get().getBytes(StandardCharsets.UTF_8));
            });
            byte[] wasm = Samples.module(1000, 1);
            byte[] manifest = server.manifest(
                    guarded(server, tokens, server.blob(MediaTypes.IMAGE_CONFIG, new byte[2]), new byte[2]),
                    guarded(server, tokens, server.blob(MediaTypes.WASM, wasm), wasm));
            guard(server, tokens, "/v2/app/manifests/1", manifest);

            RegistryOptions basic = QUICK.withCredentials(CredentialSource.of(
                    server.host(), new Credentials.Basic("user", "pass"), CredentialSource.anonymous()));
            try (Registry registry = Registry.open(basic, store.blobs())) {
                registry.pull(server.reference(), PullOptions.DEFAULT);
            }
            assertThat(tokens.asked).hasSize(1); // one token for the manifest and the layer
            assertThat(tokens.asked.getFirst().authorization()).isEqualTo("Basic dXNlcjpwYXNz");
            assertThat(tokens.asked.getFirst().query())
                    .contains("service=the+registry", "scope=repository%3Aapp%3Apull", "account=user");
            assertThat(server.asked)
                    .extracting(LyingRegistry.Asked::authorization)
                    .containsOnly(null, "Bearer abc");

            answer.set("{\"access_token\":\"xyz\"}");
            RegistryOptions refresh = QUICK.withCredentials(registry -> new Credentials.IdentityToken("ref+resh"));
            assertRefused(refresh, server.reference(), Problem.Code.UNAUTHENTICATED, "401");
            assertThat(form.get()).contains("grant_type=refresh_token", "refresh_token=ref%2Bresh");

            for (String lie : List.of(
                    "{\"token\":\"a\\r\\nX: y\"}",
                    "{\"token\":\"\"}",
                    "{}",
                    "[]",
                    "{\"token\":\"a\",\"expires_in\":-1}")) {
                answer.set(lie);
                assertRefused(QUICK, server.reference(), Problem.Code.BAD_UPSTREAM, "/token");
            }
            tokens.at("/token", LyingRegistry::endless);
            assertRefused(QUICK, server.reference(), Problem.Code.TOO_LARGE, "token");
            for (String realm : List.of("http://elsewhere.example/token", "file:///etc/passwd", "")) {
                server.at(
                        "/v2/app/manifests/1",
                        exchange -> LyingRegistry.answer(
                                exchange, 401, new byte[0], "WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
                RegistryOptions options = QUICK.withCredentials(registry -> new Credentials.Basic("user", "s3cret"));
                try (Registry registry = Registry.open(options, store.blobs())) {
                    assertThatThrownBy(() -> registry.pull(server.reference(), PullOptions.DEFAULT))
                            .isInstanceOf(Problem.class);
                }
            }
        }
    }

    private static String guarded(LyingRegistry server, LyingRegistry tokens, String descriptor, byte[] bytes) {
        guard(server, tokens, "/v2/app/blobs/" + Digest.of(bytes), bytes);
        return descriptor;
    }

    private static void guard(LyingRegistry server, LyingRegistry tokens, String path, byte[] bytes) {
        server.at(path, exchange -> {
            boolean known = "Bearer abc".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            LyingRegistry.answer(
                    exchange,
                    known ? 200 : 401,
                    known ? bytes : new byte[0],
                    "WWW-Authenticate",
                    "Bearer realm=\"" + tokens.url("/token")
                            + "\",service=\"the registry\",scope=\"repository:app:pull\"");
        });
    }

    @Test
    void hostsCanBeReachedElsewhere() throws Exception {
        try (RegistryProcess server = RegistryProcess.start(folder)) {
            RegistryOptions options = QUICK.withHosts(Map.of("registry.example", server.host()))
                    .withTransport(RegistryOptions.Transport.PLAIN);
            Reference reference = Reference.parse("registry.example/a:1");
            try (Registry registry = Registry.open(options, store.blobs())) {
                registry.push(source, reference, PushOptions.DEFAULT);
                assertThat(registry.pull(reference, PullOptions.DEFAULT)
                                .reference()
                                .registry())
                        .isEqualTo("registry.example");
            }
        }
    }
}
