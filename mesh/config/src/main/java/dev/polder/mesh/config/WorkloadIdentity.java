package dev.polder.mesh.config;

import dev.polder.kernel.model.SpiffeId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a workload proves itself with: an X.509-SVID and its key.
 *
 * @param chain leaf first, then intermediates; the root is not in it
 * @param roots whom to trust as issuer of a peer's chain
 * @param notAfter when the leaf ends
 */
public record WorkloadIdentity(
        SpiffeId id, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots, Instant notAfter) {

    public WorkloadIdentity {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
    }

    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The id and validity; never the key. */
    @Override
    public String toString() {
        return "WorkloadIdentity[" + id + " until " + notAfter + "]";
    }
}
