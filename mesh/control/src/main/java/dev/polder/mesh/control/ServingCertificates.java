package dev.polder.mesh.control;

import dev.polder.mesh.config.ServingCertificate;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.config.Subscription;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Certificates of HTTPS listeners, signed by the mesh's own root: a browser that trusts the root trusts them. */
public final class ServingCertificates implements ServingCertificateSource, RenewalScheduler.Renewing {

    /** The names when a listener has none: apps are {@code NAME.NAMESPACE.localhost}, and one wildcard is one label. */
    public static final List<String> DEFAULT_HOSTNAMES = List.of("localhost", "*.localhost", "*.default.localhost");

    private final CertificateAuthority authority;
    private final Rotating<List<String>, ServingCertificate> rotating;
    private final Duration life;

    /**
     * @param life of each certificate
     * @param clock the one the authority has
     */
    public ServingCertificates(CertificateAuthority authority, Duration life, Clock clock) {
        this.authority = authority;
        this.life = life;
        this.rotating = new Rotating<>(this::issue, ServingCertificate::notAfter, clock, KeyPairs.random());
    }

    private ServingCertificate issue(List<String> hostnames) {
        KeyPair pair = KeyPairs.generate();
        List<String> names = hostnames.isEmpty() ? DEFAULT_HOSTNAMES : hostnames;
        List<X509Certificate> chain = authority.issueServing(names, pair.getPublic(), life);
        return new ServingCertificate(
                hostnames,
                pair.getPrivate(),
                chain,
                chain.getFirst().getNotAfter().toInstant());
    }

    @Override
    public ServingCertificate serving(List<String> hostnames) {
        return rotating.get(List.copyOf(hostnames));
    }

    @Override
    public Subscription onServingRotation(Consumer<ServingCertificate> listener) {
        return rotating.onRotation(listener);
    }

    @Override
    public void renewDue() {
        rotating.renewDue();
    }

    public CertificateCounters counters() {
        return rotating.counters();
    }
}
