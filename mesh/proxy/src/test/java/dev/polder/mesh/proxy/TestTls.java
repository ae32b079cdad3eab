package dev.polder.mesh.proxy;

import dev.polder.mesh.config.WorkloadIdentity;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS by the JDK: another implementation than the one under test. */
final class TestTls {

    private TestTls() {}

    static SSLContext trusting(List<X509Certificate> roots) throws Exception {
        return context(null, roots);
    }

    /** Shows an identity. */
    static SSLContext mutual(WorkloadIdentity identity, List<X509Certificate> roots) throws Exception {
        return context(identity, roots);
    }

    private static SSLContext context(
            @org.jspecify.annotations.Nullable WorkloadIdentity identity, List<X509Certificate> roots)
            throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        for (int i = 0; i < roots.size(); i++) {
            trust.setCertificateEntry("root" + i, roots.get(i));
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trust);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (identity != null) {
            keys.setKeyEntry(
                    "own", identity.key(), new char[0], identity.chain().toArray(new Certificate[0]));
        }
        keyManagers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }
}
