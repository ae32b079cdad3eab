package dev.polder.app;

import dev.polder.app.bridge.MeshWorkloads;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.store.Store;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.control.CertificateAuthority;
import dev.polder.mesh.control.GivenServingCertificate;
import dev.polder.mesh.control.RenewalScheduler;
import dev.polder.mesh.control.ServingCertificates;
import dev.polder.mesh.control.SvidIdentitySource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * Who vouches for the mesh: its authority, the identities it issues, and the certificates the gateway shows.
 *
 * @param renewals renews each of them in time
 */
record MeshTrust(
        CertificateAuthority authority,
        SvidIdentitySource identities,
        ServingCertificateSource serving,
        RenewalScheduler renewals)
        implements AutoCloseable {

    private static final Duration RENEWAL_LOOK = Duration.ofMinutes(1);

    /** Opens the authority and issues the gateway's identity. */
    static MeshTrust open(PolderConfig config, Store store, Clock clock) {
        String trustDomain = config.mesh().trustDomain();
        Duration life = Duration.ofHours(config.mesh().svidHours());
        CertificateAuthority authority =
                CertificateAuthority.open(store.dataDir().resolve("ca"), trustDomain, clock);
        SvidIdentitySource identities = new SvidIdentitySource(authority, life, clock);
        identities.identity(gateway(trustDomain));
        RenewalScheduler renewals = new RenewalScheduler(RENEWAL_LOOK);
        renewals.add(identities);
        return new MeshTrust(
                authority, identities, serving(config.mesh().tls(), authority, life, clock, renewals), renewals);
    }

    static SpiffeId gateway(String trustDomain) {
        return new SpiffeId(trustDomain, MeshWorkloads.SYSTEM_NAMESPACE, MeshWorkloads.GATEWAY);
    }

    /** The operator's own certificate, or one of the mesh's authority. */
    private static ServingCertificateSource serving(
            PolderConfig.Tls tls,
            CertificateAuthority authority,
            Duration life,
            Clock clock,
            RenewalScheduler renewals) {
        Path certificate = tls.certificate();
        Path key = tls.key();
        if (certificate != null && key != null) {
            GivenServingCertificate given = new GivenServingCertificate(certificate, key);
            renewals.add(given);
            return given;
        }
        ServingCertificates issued = new ServingCertificates(authority, life, clock);
        renewals.add(issued);
        return issued;
    }

    @Override
    public void close() {
        renewals.close();
    }
}
