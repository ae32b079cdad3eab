package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate authorities of the JDK and some more. */
public final class Trust {

    private Trust() {}

    /**
     * A TLS context that trusts the JDK's authorities and those of a file.
     *
     * @throws Problem INVALID when the file holds no certificates
     */
    public static SSLContext with(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> given =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (given.isEmpty()) {
                throw Problem.invalid(pem + ": no certificate (expected: PEM)");
            }
            KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
            keys.load(null, null);
            int n = 0;
            for (Certificate certificate : given) {
                keys.setCertificateEntry("given-" + n++, certificate);
            }
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager x509) {
                    for (X509Certificate certificate : x509.getAcceptedIssuers()) {
                        keys.setCertificateEntry("jdk-" + n++, certificate);
                    }
                }
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(keys), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw Problem.invalid(pem + ": " + e.getMessage() + " (expected: certificates in PEM)");
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore keys) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(keys);
        return factory.getTrustManagers();
    }
}
