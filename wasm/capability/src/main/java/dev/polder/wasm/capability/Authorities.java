package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.sockets.NamedTls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for the certificate of which host: the authorities of a file where the operator named one for the host, and
 * nobody else; for all other hosts whom Java trusts. The name of the host is checked in any case. Immutable.
 */
public final class Authorities {

    /** Whom Java trusts, for every host. */
    public static final Authorities JAVA = new Authorities(List.of());

    private final List<Trust> all;

    private Authorities(List<Trust> all) {
        this.all = all;
    }

    /**
     * What the operator named.
     *
     * @param hosts names, addresses, {@code *.corp} for the names under one, or {@code *}
     * @param file certificates of authorities in PEM
     */
    public record Named(List<String> hosts, Path file) {
        public Named {
            hosts = List.copyOf(hosts);
        }
    }

    private record Trust(Named named, SSLContext tls, TrustManagerFactory managers, X509TrustManager manager) {}

    /**
     * Reads the files, once.
     *
     * @param named the first that has a host is the one for it
     * @throws Problem INVALID that names the file
     */
    public static Authorities of(List<Named> named) {
        return new Authorities(named.stream().map(Authorities::read).toList());
    }

    private static Trust read(Named named) {
        if (named.hosts().isEmpty()) {
            throw Problem.invalid(named.file() + ": no hosts (expected: names, addresses, *.NAME or *)");
        }
        try (InputStream in = Files.newInputStream(named.file())) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw noCertificates(named.file(), "empty", null);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority" + count++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, factory.getTrustManagers(), null);
            return new Trust(named, tls, factory, manager(factory));
        } catch (IOException | GeneralSecurityException e) {
            throw noCertificates(named.file(), e.toString(), e);
        }
    }

    private static X509TrustManager manager(TrustManagerFactory factory) {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw Problem.internal("TLS: the runtime's PKIX does not check certificates", null);
    }

    private static Problem noCertificates(Path file, String found, @Nullable Throwable cause) {
        return new Problem(
                Problem.Code.INVALID,
                Problem.WhoFailed.CALLER,
                false,
                file + ": " + found + " (expected: certificates of authorities in PEM)",
                null,
                cause);
    }

    private Optional<Trust> of(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return all.stream()
                .filter(trust -> trust.named().hosts().stream().anyMatch(pattern -> matches(pattern, name)))
                .findFirst();
    }

    private static boolean matches(String pattern, String name) {
        String small = pattern.toLowerCase(Locale.ROOT);
        return small.equals("*") || small.equals(name) || (small.startsWith("*.") && name.endsWith(small.substring(1)));
    }

    /** The file for a host; empty when Java's authorities are the ones. */
    public Optional<Path> file(String host) {
        return of(host).map(trust -> trust.named().file());
    }

    /** Who checks certificates of a host, the same object for all hosts of a file; empty for Java's. */
    public Optional<X509TrustManager> manager(String host) {
        return of(host).map(Trust::manager);
    }

    /** Who checks certificates of a host, for clients that check its name themselves; empty for Java's. */
    Optional<TrustManager[]> managers(String host) {
        return of(host).map(trust -> trust.managers().getTrustManagers());
    }

    /** The authorities for a host, for clients that check its name themselves; the same object for all hosts of a file. */
    SSLContext context(String host) {
        try {
            Optional<Trust> own = of(host);
            return own.isPresent() ? own.get().tls() : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw Problem.internal("TLS: " + e.getMessage(), e);
        }
    }

    /** TLS to a host that checks its name, at whatever address it is, and whether or not a client library asks for it. */
    public SSLContext tls(String host) {
        return NamedTls.of(context(host), host);
    }
}
