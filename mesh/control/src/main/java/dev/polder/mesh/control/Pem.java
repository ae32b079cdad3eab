package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** RFC 7468 text of keys and certificates. */
public final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** Certificates, one block each. */
    public static String certificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw Problem.internal("a certificate cannot be encoded", e);
            }
        }
        return text.toString();
    }

    /** A private key as PKCS #8. */
    public static String privateKey(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /**
     * The bytes of the first block with a label.
     *
     * @throws Problem INVALID naming the source
     */
    static byte[] decode(String source, String label, String text) {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf(end, Math.max(from, 0));
        if (from < 0 || to < 0) {
            throw Problem.invalid(source + ": no PEM block " + label);
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(source + ": PEM block " + label + " is not Base64: " + e.getMessage());
        }
    }

    static PrivateKey readPrivateKey(String source, String text) {
        return readPrivateKey(source, text, "EC");
    }

    /** A key of one of these algorithms (as {@link KeyFactory} names them), which PKCS #8 tells apart by itself. */
    static PrivateKey readPrivateKey(String source, String text, String... algorithms) {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(decode(source, "PRIVATE KEY", text));
        GeneralSecurityException last = null;
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw Problem.invalid(source + ": not a private key in PKCS #8 (expected: " + String.join(" or ", algorithms)
                + "): " + (last == null ? "" : last.getMessage()));
    }

    static List<X509Certificate> readCertificates(String source, String text) {
        try {
            List<X509Certificate> found = new ArrayList<>();
            var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
                found.add((X509Certificate) certificate);
            }
            if (found.isEmpty()) {
                throw Problem.invalid(source + ": no certificate");
            }
            return found;
        } catch (CertificateException e) {
            throw Problem.invalid(source + ": not a certificate in PEM: " + e.getMessage());
        }
    }
}
