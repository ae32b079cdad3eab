package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Checks a PKCS #10 certificate signing request (RFC 2986) before it is signed. */
final class SigningRequest {

    private static final int MAX_BYTES = 16 * 1024;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MIN_EC_BITS = 256;

    private SigningRequest() {}

    /**
     * The key to certify.
     *
     * @throws Problem INVALID or FORBIDDEN, see {@link CertificateAuthority#sign}
     */
    static PublicKey check(byte[] bytes, SpiffeId allowed) {
        if (bytes.length > MAX_BYTES) {
            throw Problem.tooLarge("signing request: " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        try {
            byte[] der = bytes.length > 0 && bytes[0] == '-'
                    ? Pem.decode(
                            "signing request", "CERTIFICATE REQUEST", new String(bytes, StandardCharsets.ISO_8859_1))
                    : bytes;
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            requireStrong(key);
            // proof of possession: only who holds the private key can have signed the request
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw Problem.invalid("signing request: its signature is not by its own key");
            }
            requireNames(request, allowed);
            return key;
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | IndexOutOfBoundsException
                | ArithmeticException e) {
            // the ASN.1 library reports malformed input by any of these
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "signing request: malformed (expected: PKCS #10 in PEM or DER): " + e.getMessage(),
                    null,
                    e);
        }
    }

    private static void requireStrong(PublicKey key) {
        boolean strong = switch (key) {
            case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= MIN_EC_BITS;
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            default -> key.getAlgorithm().startsWith("Ed");
        };
        if (!strong) {
            throw Problem.invalid(
                    "signing request: a " + key.getAlgorithm() + " key that is too short (expected: EC of "
                            + MIN_EC_BITS + " bits, RSA of " + MIN_RSA_BITS + ", or EdDSA)");
        }
    }

    private static void requireNames(JcaPKCS10CertificationRequest request, SpiffeId allowed) {
        Extensions extensions = request.getRequestedExtensions();
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        if (names == null) {
            return;
        }
        for (GeneralName name : names.getNames()) {
            boolean own = name.getTagNo() == GeneralName.uniformResourceIdentifier
                    && name.getName().toString().equals(allowed.toString());
            if (!own) {
                throw new Problem(
                        Problem.Code.FORBIDDEN,
                        Problem.WhoFailed.CALLER,
                        false,
                        "signing request: asks for " + name.getName() + " (expected: " + allowed + " only)",
                        null,
                        null);
            }
        }
    }
}
