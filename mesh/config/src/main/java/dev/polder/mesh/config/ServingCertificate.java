package dev.polder.mesh.config;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A server certificate for people's browsers, not an identity in the mesh.
 *
 * @param hostnames the listener's names that it was asked for, by which a listener knows its renewal; empty for a listener
 *     without names
 * @param chain leaf first, without the root
 */
public record ServingCertificate(
        List<String> hostnames, PrivateKey key, List<X509Certificate> chain, Instant notAfter) {

    public ServingCertificate {
        hostnames = List.copyOf(hostnames);
        chain = List.copyOf(chain);
    }

    /** The names and validity; never the key. */
    @Override
    public String toString() {
        return "ServingCertificate[" + hostnames + " until " + notAfter + "]";
    }
}
