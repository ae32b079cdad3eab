package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Whether stored root files can be used. */
final class RootChecks {

    private static final int SAN_URI = 6;

    private RootChecks() {}

    static void check(
            Path keyFile, PrivateKey key, Path certificateFile, X509Certificate root, String trustDomain, Instant now) {
        if (!KeyPairs.belongTogether(key, root.getPublicKey())) {
            throw Problem.invalid(keyFile + ": not the key of " + certificateFile
                    + " (expected: both from one authority; restore them, or delete both to start a new one)");
        }
        if (root.getBasicConstraints() < 0) {
            throw Problem.invalid(certificateFile + ": not the certificate of an authority (expected: CA:TRUE)");
        }
        try {
            root.verify(root.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw Problem.invalid(certificateFile + ": not self-signed: " + e.getMessage());
        }
        Instant end = root.getNotAfter().toInstant();
        if (!now.isBefore(end)) {
            throw Problem.invalid(certificateFile + ": ended " + end + ", now is " + now
                    + " (expected: a valid root; delete the folder to start a new authority)");
        }
        String expected = "spiffe://" + trustDomain;
        if (!uris(certificateFile, root).contains(expected)) {
            throw Problem.invalid(certificateFile + ": for " + uris(certificateFile, root) + " (expected: " + expected
                    + "; the trust domain of existing data cannot be changed)");
        }
    }

    private static List<String> uris(Path file, X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.getFirst() instanceof Integer type && type == SAN_URI)
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            throw Problem.invalid(file + ": its names cannot be read: " + e.getMessage());
        }
    }
}
