package dev.polder.mesh.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningRequestTest {

    private static final SpiffeId SHOP = new SpiffeId("cluster.local", "default", "shop");

    @TempDir
    Path folder;

    private CertificateAuthority authority;

    @BeforeEach
    void open() {
        authority = CertificateAuthority.open(folder.resolve("ca"), "cluster.local", Clock.systemUTC());
    }

    private static byte[] request(KeyPair subject, KeyPair signer, String algorithm, GeneralName... names)
            throws Exception {
        var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=ignored"), subject.getPublic());
        if (names.length > 0) {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(names));
            builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
        }
        return builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                .getEncoded();
    }

    private static GeneralName uri(Object uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri.toString());
    }

    private X509Certificate sign(byte[] request) {
        return authority.sign(request, SHOP, CertificateAuthority.LEAF_LIFE).getFirst();
    }

    @Test
    void aGoodRequestIsSignedForTheAllowedIdInPemAndDer() throws Exception {
        KeyPair pair = KeyPairs.generate();
        byte[] der = request(pair, pair, KeyPairs.SIGNATURE, uri(SHOP));
        byte[] pem = Pem.block("CERTIFICATE REQUEST", der).getBytes(StandardCharsets.US_ASCII);
        for (byte[] form : new byte[][] {der, pem}) {
            X509Certificate leaf = sign(form);
            assertThat(leaf.getPublicKey()).isEqualTo(pair.getPublic());
            assertThat(leaf.getSubjectAlternativeNames().toString()).contains(SHOP.toString());
            assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
        }
    }

    @Test
    void whoDoesNotHoldTheKeyGetsNothing() throws Exception {
        byte[] stolen = request(KeyPairs.generate(), KeyPairs.generate(), KeyPairs.SIGNATURE);
        assertThatThrownBy(() -> sign(stolen)).hasMessageContaining("not by its own key");
    }

    @Test
    void otherNamesAreRefused() throws Exception {
        KeyPair pair = KeyPairs.generate();
        byte[] other = request(pair, pair, KeyPairs.SIGNATURE, uri("spiffe://cluster.local/ns/default/sa/admin"));
        byte[] extra = request(
                pair, pair, KeyPairs.SIGNATURE, uri(SHOP), new GeneralName(GeneralName.dNSName, "shop.default"));
        for (byte[] request : new byte[][] {other, extra}) {
            assertThatThrownBy(() -> sign(request))
                    .isInstanceOfSatisfying(
                            Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.FORBIDDEN));
        }
    }

    @Test
    void aWeakKeyIsRefused() throws Exception {
        KeyPairGenerator generator = rsa();
        KeyPair pair = generator.generateKeyPair();
        byte[] weak = request(pair, pair, "SHA256withRSA");
        assertThatThrownBy(() -> sign(weak)).hasMessageContaining("too short");
    }

    private static KeyPairGenerator rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        return generator;
    }

    @Test
    void damagedRequestsMakeProblemsOnly() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        KeyPair pair = KeyPairs.generate();
        byte[] good = request(pair, pair, KeyPairs.SIGNATURE, uri(SHOP));
        for (int i = 0; i < 500; i++) {
            byte[] damaged = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int j = random.nextInt(4); j >= 0 && damaged.length > 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                sign(damaged);
            } catch (Problem e) {
                assertThat(e.code()).isIn(Problem.Code.INVALID, Problem.Code.FORBIDDEN);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertThatThrownBy(() -> sign(new byte[20_000])).hasMessageContaining("20000 bytes");
    }
}
