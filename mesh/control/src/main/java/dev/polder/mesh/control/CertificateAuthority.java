package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The mesh's certificate authority: one self-signed root that signs leaves itself.
 *
 * <p>There is no intermediate: its key would lie in the same folder as the root's, so it would lengthen every handshake
 * and protect nothing. What callers see is a list of roots, so that a root can be replaced by overlap later.
 *
 * <p>Root: ECDSA P-256, 10 years, SAN {@code spiffe://TRUST_DOMAIN}; kept as {@code root.key} (PKCS #8, mode 0600) and
 * {@code root.crt}. Leaves: X.509-SVIDs with empty subject and one critical URI SAN, valid from a minute ago. Source:
 * SPIFFE X.509-SVID standard. Immutable after {@link #open}; safe for any thread.
 */
public final class CertificateAuthority {

    /** Life of a leaf unless asked otherwise. */
    public static final Duration LEAF_LIFE = Duration.ofHours(24);

    static final Duration ROOT_LIFE = Duration.ofDays(3652);
    private static final Duration LONGEST_LEAF = Duration.ofDays(90);

    private final String trustDomain;
    private final PrivateKey key;
    private final X509Certificate root;
    private final Clock clock;

    private CertificateAuthority(String trustDomain, PrivateKey key, X509Certificate root, Clock clock) {
        this.trustDomain = trustDomain;
        this.key = key;
        this.root = root;
        this.clock = clock;
    }

    /**
     * Opens the authority of a folder, making it when the folder holds none.
     *
     * @throws Problem INVALID when the files do not belong together, are damaged, expired, of another trust domain, or
     *     readable by others; INTERNAL when they cannot be read or written
     */
    public static CertificateAuthority open(Path folder, String trustDomain, Clock clock) {
        Path keyFile = folder.resolve("root.key");
        Path certificateFile = folder.resolve("root.crt");
        if (!Files.exists(certificateFile)) {
            // a key alone is what a crash between the two writes leaves: nothing was signed with it yet
            return create(folder, keyFile, certificateFile, trustDomain, clock);
        }
        if (!Files.exists(keyFile)) {
            throw Problem.invalid(keyFile + ": missing beside " + certificateFile
                    + " (expected: both; restore it, or delete the folder to start a new authority)");
        }
        CertificateFiles.requirePrivate(keyFile);
        PrivateKey key = Pem.readPrivateKey(keyFile.toString(), CertificateFiles.read(keyFile));
        X509Certificate root = Pem.readCertificates(certificateFile.toString(), CertificateFiles.read(certificateFile))
                .getFirst();
        RootChecks.check(keyFile, key, certificateFile, root, trustDomain, clock.instant());
        return new CertificateAuthority(trustDomain, key, root, clock);
    }

    private static CertificateAuthority create(
            Path folder, Path keyFile, Path certificateFile, String trustDomain, Clock clock) {
        CertificateFiles.folder(folder);
        KeyPair pair = KeyPairs.generate();
        Instant now = clock.instant();
        X509Certificate root = Certificates.root(trustDomain, pair, now, now.plus(ROOT_LIFE));
        CertificateFiles.write(keyFile, Pem.privateKey(pair.getPrivate()));
        CertificateFiles.write(certificateFile, Pem.certificates(List.of(root)));
        return new CertificateAuthority(trustDomain, pair.getPrivate(), root, clock);
    }

    public String trustDomain() {
        return trustDomain;
    }

    /** The trust anchors. */
    public List<X509Certificate> roots() {
        return List.of(root);
    }

    /** The trust anchors as PEM, for files and browsers. */
    public String rootBundle() {
        return Pem.certificates(roots());
    }

    /**
     * Signs an SVID for a key.
     *
     * @param life at most 90 days; cut short where the root ends
     * @return the chain, leaf first, without the root
     * @throws Problem FORBIDDEN for an id of another trust domain
     */
    public List<X509Certificate> issue(SpiffeId id, PublicKey subject, Duration life) {
        requireOwn(id);
        return List.of(Certificates.svid(id, subject, validity(life), key, root));
    }

    /**
     * Signs an SVID for a certificate signing request, PEM or DER, of at most 16 KiB.
     *
     * @param allowed the one id the caller may have; what the request asks for must be it, or nothing
     * @return the chain, leaf first, without the root
     * @throws Problem INVALID for a malformed request, a bad signature or a weak key; FORBIDDEN for another name
     */
    public List<X509Certificate> sign(byte[] request, SpiffeId allowed, Duration life) {
        requireOwn(allowed);
        return issue(allowed, SigningRequest.check(request, allowed), life);
    }

    /** Signs a server certificate for DNS names, wildcards allowed. */
    List<X509Certificate> issueServing(List<String> hostnames, PublicKey subject, Duration life) {
        return List.of(Certificates.serving(hostnames, subject, validity(life), key, root));
    }

    private Certificates.Validity validity(Duration life) {
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST_LEAF) > 0) {
            throw Problem.invalid("certificate life: " + life + " (expected: more than nothing, at most "
                    + LONGEST_LEAF.toDays() + " days)");
        }
        Instant now = clock.instant();
        Instant rootEnd = root.getNotAfter().toInstant();
        Instant end = now.plus(life);
        return new Certificates.Validity(now.minus(Certificates.SKEW), end.isAfter(rootEnd) ? rootEnd : end);
    }

    private void requireOwn(SpiffeId id) {
        if (!id.trustDomain().equals(trustDomain)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    id + ": another trust domain (expected: " + trustDomain + ")",
                    null,
                    null);
        }
    }
}
