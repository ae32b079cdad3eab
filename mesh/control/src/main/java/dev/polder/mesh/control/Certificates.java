package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What the three kinds of certificate contain. */
final class Certificates {

    /** How long before now a certificate starts, for clocks that differ. */
    static final Duration SKEW = Duration.ofMinutes(1);

    private static final int SERIAL_BITS = 127;

    /** From when to when. */
    record Validity(Instant notBefore, Instant notAfter) {}

    private Certificates() {}

    static X509Certificate root(String trustDomain, KeyPair pair, Instant now, Instant end) {
        X500Name name = new X500Name("O=" + trustDomain + ",CN=Polder mesh root");
        try {
            X509v3CertificateBuilder builder =
                    builder(name, name, new Validity(now.minus(SKEW), end), pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(uri("spiffe://" + trustDomain)));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return sign(builder, pair.getPrivate());
        } catch (IOException | GeneralSecurityException e) {
            throw Problem.internal("the root certificate cannot be made", e);
        }
    }

    /** An X.509-SVID: no subject, so the name is a critical extension; for both ends of mutual TLS. */
    static X509Certificate svid(
            SpiffeId id, PublicKey subject, Validity validity, PrivateKey issuerKey, X509Certificate issuer) {
        return leaf(
                new X500Name(new RDN[0]),
                new GeneralNames(uri(id.toString())),
                true,
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth},
                subject,
                validity,
                issuerKey,
                issuer);
    }

    /** A certificate for browsers: DNS names only. */
    static X509Certificate serving(
            List<String> hostnames,
            PublicKey subject,
            Validity validity,
            PrivateKey issuerKey,
            X509Certificate issuer) {
        GeneralName[] names = hostnames.stream()
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return leaf(
                new X500Name("O=Polder gateway"),
                new GeneralNames(names),
                false,
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth},
                subject,
                validity,
                issuerKey,
                issuer);
    }

    private static X509Certificate leaf(
            X500Name subjectName,
            GeneralNames names,
            boolean namesCritical,
            KeyPurposeId[] purposes,
            PublicKey subject,
            Validity validity,
            PrivateKey issuerKey,
            X509Certificate issuer) {
        try {
            X500Name issuerName =
                    X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = builder(issuerName, subjectName, validity, subject);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(Extension.subjectAlternativeName, namesCritical, names);
            builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subject));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(issuer.getPublicKey()));
            return sign(builder, issuerKey);
        } catch (IOException | GeneralSecurityException e) {
            throw Problem.internal("a certificate for " + names + " cannot be made", e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, Validity validity, PublicKey key) {
        return new X509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, KeyPairs.random()).add(BigInteger.ONE),
                Date.from(validity.notBefore()),
                Date.from(validity.notAfter()),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
    }

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws IOException, GeneralSecurityException {
        try {
            byte[] der = builder.build(new JcaContentSignerBuilder(KeyPairs.SIGNATURE).build(key))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
