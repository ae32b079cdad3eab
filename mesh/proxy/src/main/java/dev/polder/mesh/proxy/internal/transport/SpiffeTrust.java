package dev.polder.mesh.proxy.internal.transport;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides about a peer in the mesh: its chain must lead to the roots, and its one URI name must be a SPIFFE id. As a
 * server it must be of the own trust domain; as a client one of those that were expected for this connection. Host names
 * and SNI play no part (SPIFFE X509-SVID, sections 2 and 5; Istio's HBONE).
 *
 * <p>Safe for any thread.
 */
public final class SpiffeTrust extends X509ExtendedTrustManager {

    private static final int URI_NAME = 6;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    private final String trustDomain;
    private final Set<TrustAnchor> anchors = new HashSet<>();
    private final X509Certificate[] roots;
    private final Map<SSLEngine, Set<SpiffeId>> expected = new ConcurrentHashMap<>();

    public SpiffeTrust(String trustDomain, List<X509Certificate> roots) {
        this.trustDomain = trustDomain;
        this.roots = roots.toArray(new X509Certificate[0]);
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
    }

    /** Says whom a client connection expects; until {@link #forget}. */
    void expect(SSLEngine engine, Set<SpiffeId> ids) {
        expected.put(engine, ids);
    }

    void forget(SSLEngine engine) {
        expected.remove(engine);
    }

    /** The identity a certificate carries: exactly one URI name, and that a SPIFFE id. */
    public static SpiffeId identity(X509Certificate leaf) throws CertificateException {
        String found = null;
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer type && type == URI_NAME) {
                    if (found != null) {
                        throw new CertificateException("certificate: more than one URI name (expected: one SPIFFE id)");
                    }
                    found = String.valueOf(name.get(1));
                }
            }
        }
        if (found == null) {
            throw new CertificateException("certificate: no URI name (expected: one SPIFFE id)");
        }
        try {
            return SpiffeId.parse(found);
        } catch (Problem e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        SpiffeId peer = checkChain(chain, CLIENT_AUTH);
        if (!peer.trustDomain().equals(trustDomain)) {
            throw new CertificateException("peer " + peer + " (expected: trust domain " + trustDomain + ")");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        SpiffeId peer = checkChain(chain, SERVER_AUTH);
        Set<SpiffeId> ids = expected.get(engine);
        if (ids == null || !ids.contains(peer)) {
            throw new CertificateException("peer " + peer + " (expected: " + ids + ")");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a server is only trusted for the connection that expects it");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.clone();
    }

    private SpiffeId checkChain(X509Certificate[] chain, String usage) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("peer sent no certificate");
        }
        List<X509Certificate> path = Arrays.stream(chain)
                .filter(certificate -> !Arrays.asList(roots).contains(certificate))
                .toList();
        try {
            CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("peer's chain does not lead to a root of " + trustDomain, e);
        }
        X509Certificate leaf = chain[0];
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateException("peer's leaf is a CA certificate");
        }
        List<String> usages = leaf.getExtendedKeyUsage();
        if (usages != null && !usages.contains(usage)) {
            throw new CertificateException("peer's leaf is not for this use: " + usages);
        }
        return identity(leaf);
    }
}
