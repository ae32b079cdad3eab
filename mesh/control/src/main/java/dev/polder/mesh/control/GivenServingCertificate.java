package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.config.ServingCertificate;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.config.Subscription;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's own certificate for every HTTPS listener, from PEM files that somebody else renews.
 *
 * <p>The files are read at every turn of the {@link RenewalScheduler}; new ones are told to the listeners. Files that do
 * not fit together, as in the middle of a replacement, are logged and the pair before stays. Safe for any thread.
 */
public final class GivenServingCertificate implements ServingCertificateSource, RenewalScheduler.Renewing {

    private static final Logger LOG = LoggerFactory.getLogger(GivenServingCertificate.class);

    private record Pair(PrivateKey key, List<X509Certificate> chain) {}

    private final Path chainFile;
    private final Path keyFile;
    private final Set<List<String>> asked = ConcurrentHashMap.newKeySet();
    private final Listeners<ServingCertificate> listeners = new Listeners<>();
    private volatile Pair current;

    /**
     * @param chainFile PEM, the leaf first
     * @param keyFile PEM, PKCS #8, RSA or elliptic curve
     * @throws Problem INVALID when a file cannot be read, or the key is not the certificate's
     */
    public GivenServingCertificate(Path chainFile, Path keyFile) {
        this.chainFile = chainFile;
        this.keyFile = keyFile;
        this.current = read();
    }

    @Override
    public ServingCertificate serving(List<String> hostnames) {
        List<String> names = List.copyOf(hostnames);
        asked.add(names);
        return certificate(names, current);
    }

    @Override
    public Subscription onServingRotation(Consumer<ServingCertificate> listener) {
        return listeners.add(listener);
    }

    @Override
    public void renewDue() {
        Pair fresh;
        try {
            fresh = read();
        } catch (Problem e) {
            LOG.warn("the gateway's certificate stays as it was: {}", e.getMessage());
            return;
        }
        if (!fresh.chain().equals(current.chain())) {
            current = fresh;
            asked.forEach(names -> listeners.tell(certificate(names, fresh)));
        }
    }

    private static ServingCertificate certificate(List<String> names, Pair pair) {
        return new ServingCertificate(
                names,
                pair.key(),
                pair.chain(),
                pair.chain().getFirst().getNotAfter().toInstant());
    }

    private Pair read() {
        List<X509Certificate> chain = Pem.readCertificates(chainFile.toString(), CertificateFiles.read(chainFile));
        PrivateKey key = Pem.readPrivateKey(keyFile.toString(), CertificateFiles.read(keyFile), "EC", "RSA");
        if (!belong(chain.getFirst().getPublicKey(), key)) {
            throw Problem.invalid(keyFile + ": not the key of the first certificate in " + chainFile);
        }
        return new Pair(key, chain);
    }

    private static boolean belong(PublicKey verifies, PrivateKey signs) {
        String algorithm = switch (verifies) {
            case ECPublicKey _ -> "SHA256withECDSA";
            case RSAPublicKey _ -> "SHA256withRSA";
            default ->
                throw Problem.invalid(
                        "certificate key: " + verifies.getAlgorithm() + " (expected: RSA or elliptic curve)");
        };
        byte[] probe = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(signs);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(verifies);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // a key of another kind or size
        }
    }
}
