package dev.polder.mesh.proxy;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.IdentitySource;
import dev.polder.mesh.config.ServingCertificate;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.config.Subscription;
import dev.polder.mesh.config.WorkloadIdentity;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority in memory, for tests: SPIFFE ids for workloads, DNS names for browsers. */
final class TestCa implements IdentitySource, ServingCertificateSource {

    private final String trustDomain;
    private final KeyPair rootKey;
    private final X509Certificate root;
    private final Map<SpiffeId, WorkloadIdentity> issued = new ConcurrentHashMap<>();
    private final List<Consumer<WorkloadIdentity>> listeners = new CopyOnWriteArrayList<>();

    TestCa(String trustDomain) {
        try {
            this.trustDomain = trustDomain;
            this.rootKey = keyPair();
            X500Name name = new X500Name("O=" + trustDomain);
            this.root = sign(name, name, rootKey, rootKey, true, List.of());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String trustDomain() {
        return trustDomain;
    }

    @Override
    public List<X509Certificate> roots() {
        return List.of(root);
    }

    @Override
    public WorkloadIdentity identity(SpiffeId id) {
        return issued.computeIfAbsent(id, this::issue);
    }

    /** Issues anew and tells the listeners. */
    void rotate(SpiffeId id) {
        WorkloadIdentity renewed = issue(id);
        issued.put(id, renewed);
        listeners.forEach(listener -> listener.accept(renewed));
    }

    WorkloadIdentity issue(SpiffeId id) {
        try {
            KeyPair key = keyPair();
            X509Certificate leaf = sign(
                    new X500Name("O=" + trustDomain),
                    new X500Name(""),
                    rootKey,
                    key,
                    false,
                    List.of(new GeneralName(GeneralName.uniformResourceIdentifier, id.toString())));
            return new WorkloadIdentity(
                    id,
                    key.getPrivate(),
                    List.of(leaf),
                    List.of(root),
                    Instant.now().plusSeconds(3600));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Subscription onRotation(Consumer<WorkloadIdentity> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public ServingCertificate serving(List<String> hostnames) {
        try {
            KeyPair key = keyPair();
            List<GeneralName> names = new ArrayList<>();
            hostnames.forEach(host -> names.add(new GeneralName(GeneralName.dNSName, host)));
            X509Certificate leaf = sign(
                    new X500Name("O=" + trustDomain),
                    new X500Name("CN=" + hostnames.getFirst()),
                    rootKey,
                    key,
                    false,
                    names);
            return new ServingCertificate(
                    hostnames, key.getPrivate(), List.of(leaf), Instant.now().plusSeconds(3600));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Subscription onServingRotation(Consumer<ServingCertificate> listener) {
        return () -> {};
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(
            X500Name issuer, X500Name subject, KeyPair signer, KeyPair key, boolean ca, List<GeneralName> names)
            throws Exception {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(3600)),
                subject,
                key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    subject.getRDNs().length == 0,
                    new GeneralNames(names.toArray(new GeneralName[0])));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }
}
