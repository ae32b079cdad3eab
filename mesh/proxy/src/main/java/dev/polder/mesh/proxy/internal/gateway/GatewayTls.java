package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.config.Listener;
import dev.polder.mesh.config.ListenerPort;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.ServingCertificate;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.config.Subscription;
import dev.polder.mesh.proxy.internal.transport.OneKey;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 towards people's browsers: one context per list of host names, chosen by SNI through the listeners of
 * the port. Contexts are made when a snapshot is applied, because asking for a certificate may block.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class GatewayTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayTls.class);
    private static final long RELEASE_AFTER_SECONDS = 30;

    private final ServingCertificateSource certificates;
    private final EventLoopGroup loops;
    private final int listenerPort;
    private final Subscription rotation;
    private final Map<List<String>, SslContext> contexts = new ConcurrentHashMap<>();
    private final Set<SslContext> retired = ConcurrentHashMap.newKeySet();
    private volatile List<ListenerPort> listeners = List.of();

    public GatewayTls(ServingCertificateSource certificates, EventLoopGroup loops, int listenerPort) {
        this.certificates = certificates;
        this.loops = loops;
        this.listenerPort = listenerPort;
        this.rotation = certificates.onServingRotation(this::rotated);
    }

    /** Makes contexts for the listeners of a snapshot; may block. */
    public synchronized void apply(MeshSnapshot snapshot) {
        List<ListenerPort> ports = snapshot.gateways().stream()
                .map(gateway -> gateway.port(listenerPort))
                .filter(port -> port != null)
                .toList();
        Set<List<String>> used = new HashSet<>();
        for (ListenerPort port : ports) {
            for (Listener listener : port.listeners()) {
                Listener.ListenerTls tls = listener.tls();
                if (tls != null && used.add(tls.hostnames()) && !contexts.containsKey(tls.hostnames())) {
                    make(tls.hostnames());
                }
            }
        }
        listeners = ports;
        for (List<String> names : Set.copyOf(contexts.keySet())) {
            if (!used.contains(names)) {
                release(contexts.remove(names));
            }
        }
    }

    private void make(List<String> names) {
        try {
            release(contexts.put(names, build(certificates.serving(names))));
        } catch (Problem e) {
            LOG.error("gateway: no certificate for {}: {}", names, e.getMessage());
        }
    }

    private void rotated(ServingCertificate certificate) {
        if (contexts.containsKey(certificate.hostnames())) {
            release(contexts.put(certificate.hostnames(), build(certificate)));
        }
    }

    /** The context for a server name, or null when no listener has that name. */
    @Nullable
    SslContext context(@Nullable String serverName) {
        for (ListenerPort port : listeners) {
            Listener listener = serverName == null
                    ? port.listeners().isEmpty() ? null : port.listeners().getFirst()
                    : port.listener(serverName);
            if (listener != null && listener.tls() != null) {
                SslContext context = contexts.get(listener.tls().hostnames());
                if (context != null) {
                    return context;
                }
            }
        }
        return null;
    }

    private void release(@Nullable SslContext old) {
        if (old != null) {
            // a connection may be about to use it
            retired.add(old);
            loops.next().schedule(() -> releaseNow(old), RELEASE_AFTER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void releaseNow(SslContext old) {
        if (retired.remove(old)) {
            ReferenceCountUtil.release(old);
        }
    }

    private static SslContext build(ServingCertificate certificate) {
        try {
            return SslContextBuilder.forServer(new OneKey(certificate.key(), certificate.chain()))
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .protocols("TLSv1.2", "TLSv1.3")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException e) {
            throw Problem.internal("TLS for " + certificate.hostnames() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        rotation.close();
        contexts.values().forEach(ReferenceCountUtil::release);
        contexts.clear();
        Set.copyOf(retired).forEach(this::releaseNow);
    }
}
