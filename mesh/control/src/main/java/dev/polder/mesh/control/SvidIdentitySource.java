package dev.polder.mesh.control;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.IdentitySource;
import dev.polder.mesh.config.Subscription;
import dev.polder.mesh.config.WorkloadIdentity;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Identities straight from the certificate authority in this process. A new key with every certificate; keys live in
 * memory only.
 */
public final class SvidIdentitySource implements IdentitySource, RenewalScheduler.Renewing {

    private final CertificateAuthority authority;
    private final Rotating<SpiffeId, WorkloadIdentity> rotating;
    private final Duration life;

    /**
     * @param life of each certificate, {@link CertificateAuthority#LEAF_LIFE} as a rule
     * @param clock the one the authority has
     */
    public SvidIdentitySource(CertificateAuthority authority, Duration life, Clock clock) {
        this.authority = authority;
        this.life = life;
        this.rotating = new Rotating<>(this::issue, WorkloadIdentity::notAfter, clock, KeyPairs.random());
    }

    private WorkloadIdentity issue(SpiffeId id) {
        KeyPair pair = KeyPairs.generate();
        List<X509Certificate> chain = authority.issue(id, pair.getPublic(), life);
        return new WorkloadIdentity(
                id,
                pair.getPrivate(),
                chain,
                authority.roots(),
                chain.getFirst().getNotAfter().toInstant());
    }

    @Override
    public String trustDomain() {
        return authority.trustDomain();
    }

    @Override
    public List<X509Certificate> roots() {
        return authority.roots();
    }

    @Override
    public WorkloadIdentity identity(SpiffeId id) {
        return rotating.get(id);
    }

    @Override
    public Subscription onRotation(Consumer<WorkloadIdentity> listener) {
        return rotating.onRotation(listener);
    }

    @Override
    public void renewDue() {
        rotating.renewDue();
    }

    /** When an identity will be renewed; empty before its first demand. */
    public Optional<Instant> renewsAt(SpiffeId id) {
        return rotating.renewsAt(id);
    }

    /** Forgets every identity but these: their keys are dropped and they are renewed no more. */
    public void retain(Set<SpiffeId> ids) {
        rotating.retain(ids);
    }

    public CertificateCounters counters() {
        return rotating.counters();
    }
}
