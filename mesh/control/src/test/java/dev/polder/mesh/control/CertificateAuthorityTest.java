package dev.polder.mesh.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final SpiffeId SHOP = new SpiffeId("cluster.local", "default", "shop");
    private static final Duration DAY = CertificateAuthority.LEAF_LIFE;

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(START);
    private final KeyPair pair = KeyPairs.generate();

    private CertificateAuthority open() {
        return CertificateAuthority.open(folder.resolve("ca"), "cluster.local", clock);
    }

    private static void validate(List<X509Certificate> chain, X509Certificate root, Instant at)
            throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    }

    @Test
    void anSvidIsWhatTheStandardAsksFor() throws Exception {
        CertificateAuthority authority = open();
        X509Certificate leaf = authority.issue(SHOP, pair.getPublic(), DAY).getFirst();

        validate(List.of(leaf), authority.roots().getFirst(), START);
        assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
        assertThat(List.copyOf(leaf.getSubjectAlternativeNames())).isEqualTo(List.of(List.of(6, SHOP.toString())));
        assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17", "2.5.29.15", "2.5.29.19");
        assertThat(leaf.getExtendedKeyUsage()).containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getKeyUsage()).startsWith(true, false);
        assertThat(leaf.getBasicConstraints()).isNegative();
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(START.minusSeconds(60));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(START.plus(DAY));
        assertThat(leaf.getSerialNumber().signum()).isPositive();
        assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    }

    @Test
    void serialsDiffer() {
        CertificateAuthority authority = open();
        Set<Object> serials = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            serials.add(authority.issue(SHOP, pair.getPublic(), DAY).getFirst().getSerialNumber());
        }
        assertThat(serials).hasSize(50);
    }

    @Test
    void theRootSurvivesARestartAndItsKeyIsForItsOwnerOnly() throws IOException {
        X509Certificate first = open().roots().getFirst();
        clock.forward(Duration.ofDays(400));
        assertThat(open().roots().getFirst()).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ca/root.key"))))
                .isEqualTo("rw-------");
        assertThat(first.getNotAfter().toInstant())
                .isBetween(START.plus(Duration.ofDays(3650)), START.plus(Duration.ofDays(3653)));
    }

    @Test
    void anotherAuthoritysCertificateIsNotTrusted() {
        X509Certificate foreignRoot = CertificateAuthority.open(folder.resolve("other"), "cluster.local", clock)
                .roots()
                .getFirst();
        List<X509Certificate> chain = open().issue(SHOP, pair.getPublic(), DAY);
        assertThatThrownBy(() -> validate(chain, foreignRoot, START)).isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void anEndedCertificateIsNotTrusted() {
        CertificateAuthority authority = open();
        List<X509Certificate> chain = authority.issue(SHOP, pair.getPublic(), Duration.ofMinutes(5));
        assertThatThrownBy(() -> validate(chain, authority.roots().getFirst(), START.plusSeconds(301)))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("validity check failed");
    }

    @Test
    void aLeafNeverOutlivesItsRoot() {
        CertificateAuthority authority = open();
        Instant end = authority.roots().getFirst().getNotAfter().toInstant();
        clock.forward(Duration.between(START, end).minusHours(1));
        assertThat(authority
                        .issue(SHOP, pair.getPublic(), DAY)
                        .getFirst()
                        .getNotAfter()
                        .toInstant())
                .isEqualTo(end);
    }

    @Test
    void anotherTrustDomainIsRefused() {
        CertificateAuthority authority = open();
        assertThatThrownBy(() -> authority.issue(new SpiffeId("evil.example", "a", "b"), pair.getPublic(), DAY))
                .hasMessageContaining("another trust domain (expected: cluster.local)");
        assertThatThrownBy(() -> CertificateAuthority.open(folder.resolve("ca"), "other.local", clock))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: spiffe://other.local");
    }

    @Test
    void mismatchingFilesAreRefusedWithBothNames() throws IOException {
        open();
        CertificateAuthority.open(folder.resolve("other"), "cluster.local", clock);
        Files.copy(
                folder.resolve("other/root.key"), folder.resolve("ca/root.key"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::open)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("root.key: not the key of")
                .hasMessageContaining("root.crt");
    }

    @Test
    void aMissingOrReadableKeyIsRefused() throws IOException {
        open();
        Path key = folder.resolve("ca/root.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::open).hasMessageContaining("mode rw-r--r-- (expected: rw-------");
        Files.delete(key);
        assertThatThrownBy(this::open).hasMessageContaining("root.key: missing beside");
    }

    @Test
    void anEndedRootAndDamagedFilesAreRefused() throws IOException {
        open();
        clock.forward(Duration.ofDays(3660));
        assertThatThrownBy(this::open).hasMessageContaining("root.crt: ended");
        Files.writeString(
                folder.resolve("ca/root.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        assertThatThrownBy(this::open).isInstanceOf(Problem.class).hasMessageContaining("root.crt");
    }

    @Test
    void aKeyWithoutCertificateIsACrashAtFirstStartAndStartsAnew() throws IOException {
        open();
        Files.delete(folder.resolve("ca/root.crt"));
        assertThat(open().roots()).hasSize(1);
    }
}
