package dev.polder.mesh.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.ServingCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another implementation makes of our certificates. */
class OpenSslIT {

    private static final SpiffeId SHOP = new SpiffeId("cluster.local", "default", "shop");

    @TempDir
    Path folder;

    private CertificateAuthority authority;

    @BeforeEach
    void open() throws IOException {
        OpenSsl.assumeInstalled();
        authority = CertificateAuthority.open(folder.resolve("ca"), "cluster.local", Clock.systemUTC());
        Files.writeString(folder.resolve("root.pem"), authority.rootBundle());
    }

    private Path leaf(CertificateAuthority by, Duration life) throws IOException {
        Path file = folder.resolve("leaf.pem");
        Files.writeString(
                file, Pem.certificates(by.issue(SHOP, KeyPairs.generate().getPublic(), life)));
        return file;
    }

    private OpenSsl.Answer verify(Path leaf, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("verify", "-x509_strict", "-check_ss_sig", "-CAfile", "root.pem"));
        arguments.addAll(List.of(more));
        arguments.add(leaf.toString());
        return OpenSsl.run(folder, arguments.toArray(String[]::new));
    }

    @Test
    void anSvidVerifiesForBothEndsAndReadsAsMeant() throws Exception {
        Path leaf = leaf(authority, CertificateAuthority.LEAF_LIFE);
        assertThat(verify(leaf, "-purpose", "sslclient").text()).contains("leaf.pem: OK");
        assertThat(verify(leaf, "-purpose", "sslserver").text()).contains("leaf.pem: OK");

        String text = OpenSsl.run(folder, "x509", "-in", "leaf.pem", "-noout", "-text")
                .text();
        assertThat(text)
                .containsPattern("Subject Alternative Name: critical\\s+URI:spiffe://cluster.local/ns/default/sa/shop")
                .containsPattern("Key Usage: critical\\s+Digital Signature\\s")
                .contains("TLS Web Server Authentication, TLS Web Client Authentication")
                .contains("CA:FALSE")
                .contains("ASN1 OID: prime256v1")
                .containsPattern("Subject: *\n");
    }

    @Test
    void aForeignAuthorityAndTheFarFutureAreRefused() throws Exception {
        CertificateAuthority foreign =
                CertificateAuthority.open(folder.resolve("foreign"), "cluster.local", Clock.systemUTC());
        OpenSsl.Answer answer = verify(leaf(foreign, CertificateAuthority.LEAF_LIFE));
        assertThat(answer.exitCode()).isNotZero();

        long twoDays = Clock.systemUTC().instant().plus(Duration.ofDays(2)).getEpochSecond();
        OpenSsl.Answer ended =
                verify(leaf(authority, CertificateAuthority.LEAF_LIFE), "-attime", String.valueOf(twoDays));
        assertThat(ended.text()).contains("certificate has expired");
    }

    @Test
    void aBrowsersNameChecksPassForTheServingCertificate() throws Exception {
        ServingCertificates serving = new ServingCertificates(authority, Duration.ofDays(30), Clock.systemUTC());
        ServingCertificate certificate = serving.serving(List.of());
        Path file = folder.resolve("serving.pem");
        Files.writeString(file, Pem.certificates(certificate.chain()));
        assertThat(verify(file, "-purpose", "sslserver", "-verify_hostname", "shop.default.localhost")
                        .text())
                .contains("serving.pem: OK");
        assertThat(verify(file, "-verify_hostname", "localhost").text()).contains("OK");
        assertThat(verify(file, "-verify_hostname", "evil.example").exitCode()).isNotZero();
    }

    @Test
    void opensslsOwnRequestIsSigned() throws Exception {
        OpenSsl.run(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem");
        OpenSsl.Answer made = OpenSsl.run(
                folder,
                "req",
                "-new",
                "-key",
                "key.pem",
                "-subj",
                "/O=x",
                "-out",
                "csr.pem",
                "-addext",
                "subjectAltName=URI:" + SHOP);
        assertThat(made.exitCode()).as(made.text()).isZero();
        Path file = folder.resolve("signed.pem");
        Files.writeString(
                file,
                Pem.certificates(authority.sign(
                        Files.readAllBytes(folder.resolve("csr.pem")), SHOP, CertificateAuthority.LEAF_LIFE)));
        assertThat(verify(file).text()).contains("signed.pem: OK");
    }

    @Test
    void opensslReadsOurKeys() throws Exception {
        Files.copy(folder.resolve("ca/root.key"), folder.resolve("copy.key"));
        OpenSsl.Answer answer = OpenSsl.run(folder, "pkey", "-in", "copy.key", "-noout", "-check");
        assertThat(answer.text()).contains("Key is valid");
    }
}
