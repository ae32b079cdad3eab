package dev.polder.mesh.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.config.ServingCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's own certificate, with files that openssl made. */
final class GivenServingCertificateIT {

    private static final List<String> NAMES = List.of("*.shop.example");

    @TempDir
    Path folder;

    @BeforeEach
    void openSslIsThere() {
        OpenSsl.assumeInstalled();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ec"})
    void itServesEveryListenerAndFollowsTheFiles(String kind) throws Exception {
        make(kind, "first");
        GivenServingCertificate given = given("first", "first");
        List<ServingCertificate> told = new ArrayList<>();
        given.onServingRotation(told::add);

        assertThat(subject(given.serving(NAMES))).isEqualTo("CN=first");
        assertThat(given.serving(List.of()).hostnames()).isEmpty();
        given.renewDue();
        assertThat(told).as("nothing changed").isEmpty();

        make(kind, "second");
        Files.copy(folder.resolve("second.key"), folder.resolve("first.key"), StandardCopyOption.REPLACE_EXISTING);
        given.renewDue();
        assertThat(told).as("half replaced").isEmpty();
        assertThat(subject(given.serving(NAMES))).isEqualTo("CN=first");

        Files.copy(folder.resolve("second.pem"), folder.resolve("first.pem"), StandardCopyOption.REPLACE_EXISTING);
        given.renewDue();
        assertThat(told).extracting(ServingCertificate::hostnames).containsExactlyInAnyOrder(NAMES, List.<String>of());
        assertThat(subject(given.serving(NAMES))).isEqualTo("CN=second");
    }

    @Test
    void filesThatDoNotBelongTogetherAreRefusedByName() throws Exception {
        make("ec", "a");
        make("ec", "b");
        make("rsa:2048", "c");
        assertThatThrownBy(() -> given("a", "b"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("b.key: not the key of the first certificate in")
                .hasMessageContaining("a.pem");
        assertThatThrownBy(() -> given("a", "c")).hasMessageContaining("c.key: not the key");
        Files.writeString(folder.resolve("a.key"), "hello");
        assertThatThrownBy(() -> given("a", "a")).hasMessageContaining("a.key: no PEM block PRIVATE KEY");
        Files.delete(folder.resolve("b.pem"));
        assertThatThrownBy(() -> given("b", "b")).hasMessageContaining("b.pem");
    }

    private GivenServingCertificate given(String certificate, String key) {
        return new GivenServingCertificate(folder.resolve(certificate + ".pem"), folder.resolve(key + ".key"));
    }

    private static String subject(ServingCertificate certificate) {
        return certificate.chain().getFirst().getSubjectX500Principal().getName();
    }

    private void make(String kind, String name) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=" + name));
        command.addAll(
                kind.equals("ec")
                        ? List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
                        : List.of("-newkey", kind));
        command.addAll(List.of("-keyout", name + ".key", "-out", name + ".pem"));
        OpenSsl.Answer made = OpenSsl.run(folder, command.toArray(String[]::new));
        assertThat(made.exitCode()).as(made.text()).isZero();
    }
}
