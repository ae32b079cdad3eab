package dev.polder.mesh.proxy.internal.transport;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.IdentitySource;
import dev.polder.mesh.config.Subscription;
import dev.polder.mesh.config.WorkloadIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3 between workloads, by BoringSSL: ALPN {@code h2}, no SNI, no resumption, client certificate required.
 * One pair of contexts per identity, rebuilt when the identity is renewed. Safe for any thread; {@link #prepare} may
 * block, the rest does not.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class MeshTls implements AutoCloseable {

    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    private static final long RELEASE_AFTER_SECONDS = 30;
    private static final List<String> SUITES = List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");

    private record Contexts(SpiffeTrust trust, SslContext client, SslContext server) {
        void release() {
            ReferenceCountUtil.release(client);
            ReferenceCountUtil.release(server);
        }
    }

    private final IdentitySource identities;
    private final EventLoopGroup loops;
    private final Subscription rotation;
    private final Map<SpiffeId, Contexts> contexts = new ConcurrentHashMap<>();
    private final Set<Contexts> retired = ConcurrentHashMap.newKeySet();

    public MeshTls(IdentitySource identities, EventLoopGroup loops) {
        this.identities = identities;
        this.loops = loops;
        this.rotation = identities.onRotation(this::rotated);
    }

    /**
     * Gets the certificate of an identity and builds its contexts; may block.
     *
     * @throws Problem when none can be issued
     */
    public void prepare(SpiffeId id) {
        if (!contexts.containsKey(id)) {
            replace(id, build(identities.identity(id)));
        }
    }

    public boolean isPrepared(SpiffeId id) {
        return contexts.containsKey(id);
    }

    /** Forgets an identity that no workload here has any more. */
    public void forget(SpiffeId id) {
        release(contexts.remove(id));
    }

    /**
     * TLS for a connection to a peer.
     *
     * @param source who we are; must be prepared
     * @param expected whom the other end may turn out to be
     */
    public SslHandler client(SpiffeId source, Set<SpiffeId> expected, ByteBufAllocator alloc) {
        Contexts own = of(source);
        SslHandler handler = own.client.newHandler(alloc);
        own.trust.expect(handler.engine(), expected);
        handler.handshakeFuture().addListener(done -> own.trust.forget(handler.engine()));
        handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
        return handler;
    }

    /** TLS for a connection that a peer made to the workload with this identity. */
    public SslHandler server(SpiffeId id, ByteBufAllocator alloc) {
        SslHandler handler = of(id).server.newHandler(alloc);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
        return handler;
    }

    private Contexts of(SpiffeId id) {
        Contexts found = contexts.get(id);
        if (found == null) {
            throw Problem.unavailable("identity " + id + ": no certificate yet", null);
        }
        return found;
    }

    private void rotated(WorkloadIdentity identity) {
        if (contexts.containsKey(identity.id())) {
            replace(identity.id(), build(identity));
        }
    }

    private void replace(SpiffeId id, Contexts built) {
        release(contexts.put(id, built));
    }

    private void release(@Nullable Contexts old) {
        if (old != null) {
            // a connection may be about to use it
            retired.add(old);
            loops.next().schedule(() -> releaseNow(old), RELEASE_AFTER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void releaseNow(Contexts old) {
        if (retired.remove(old)) {
            old.release();
        }
    }

    private Contexts build(WorkloadIdentity identity) {
        SpiffeTrust trust = new SpiffeTrust(identities.trustDomain(), identity.roots());
        OneKey key = new OneKey(identity.key(), identity.chain());
        try {
            SslContext client = common(SslContextBuilder.forClient().keyManager(key), trust)
                    .endpointIdentificationAlgorithm(null)
                    .build();
            SslContext server = common(SslContextBuilder.forServer(key), trust)
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
            return new Contexts(trust, client, server);
        } catch (SSLException e) {
            throw Problem.internal("TLS for " + identity.id() + ": " + e.getMessage(), e);
        }
    }

    private static SslContextBuilder common(SslContextBuilder builder, SpiffeTrust trust) {
        return builder.sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols("TLSv1.3")
                .ciphers(SUITES)
                .trustManager(trust)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2));
    }

    @Override
    public void close() {
        rotation.close();
        contexts.values().forEach(Contexts::release);
        contexts.clear();
        Set.copyOf(retired).forEach(this::releaseNow);
    }
}
