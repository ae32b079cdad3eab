package dev.polder.mesh.proxy.internal.transport;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.proxy.EgressTrust;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 to servers outside the mesh, by BoringSSL: SNI, the host name checked against the certificate, trust
 * from the runtime's own store and further roots, or whom the operator named for a host. HTTP/2 is asked for by ALPN, and
 * HTTP/1.1 where the server does not have it. Safe for any thread.
 */
public final class EgressTls implements AutoCloseable {

    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    private static final Pattern SINGLE_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final SslContext context;
    private final EgressTrust trust;
    private final Map<X509TrustManager, SslContext> named = new ConcurrentHashMap<>();

    /**
     * Reads the trust store; may block.
     *
     * @param roots trusted besides the runtime's own
     * @param trust who else vouches for a host, instead of all those
     */
    public EgressTls(List<X509Certificate> roots, EgressTrust trust) {
        this.trust = trust;
        try {
            TrustManagerFactory own = factory(null);
            context = context(manager(roots.isEmpty() ? own : factory(store(own, roots))));
        } catch (GeneralSecurityException | IOException e) {
            throw Problem.internal("TLS to the outside: " + e.getMessage(), e);
        }
    }

    private static SslContext context(X509TrustManager trusted) {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .protocols("TLSv1.2", "TLSv1.3")
                    .trustManager(trusted)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException e) {
            throw Problem.internal("TLS to the outside: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager manager(TrustManagerFactory factory) {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw Problem.internal("TLS to the outside: the runtime does not check certificates", null);
    }

    private static TrustManagerFactory factory(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyStore store(TrustManagerFactory own, List<X509Certificate> roots)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        for (TrustManager manager : own.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                for (X509Certificate root : x509.getAcceptedIssuers()) {
                    store.setCertificateEntry("own" + count++, root);
                }
            }
        }
        for (X509Certificate root : roots) {
            store.setCertificateEntry("further" + count++, root);
        }
        return store;
    }

    /** TLS for a connection to a server that must have this name or address in its certificate. */
    public SslHandler client(String host, int port, ByteBufAllocator alloc) {
        SslContext of = trust.of(host)
                .map(manager -> named.computeIfAbsent(manager, EgressTls::context))
                .orElse(context);
        SslHandler handler = of.newHandler(alloc, host, port);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
        if (SINGLE_LABEL.matcher(host).matches()) {
            // the engine sends SNI by itself only for names with a dot
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(context);
        named.values().forEach(ReferenceCountUtil::release);
        named.clear();
    }
}
