package dev.polder.mesh.proxy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.IdentitySource;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.internal.client.Clients;
import dev.polder.mesh.proxy.internal.gateway.Gateway;
import dev.polder.mesh.proxy.internal.gateway.GatewayChannels;
import dev.polder.mesh.proxy.internal.gateway.GatewayTls;
import dev.polder.mesh.proxy.internal.hbone.Hbone;
import dev.polder.mesh.proxy.internal.hbone.SameProcess;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.inbound.Inbound;
import dev.polder.mesh.proxy.internal.telemetry.AccessLog;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import dev.polder.mesh.proxy.internal.telemetry.TrafficRecorder;
import dev.polder.mesh.proxy.internal.transport.BodyReads;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.transport.Transport;
import dev.polder.mesh.proxy.internal.upstream.Source;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data plane in one object: a gateway for clients outside the mesh, and HBONE listeners in front of the workloads of
 * this process or node.
 *
 * <p>Give it snapshots by {@link #apply}; connections live on when routes change. Safe for any thread. {@link #apply} and
 * {@link #local} may block for a certificate; nothing else does but {@link #close}, which drains.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class Proxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

    /**
     * A listener of the gateway.
     *
     * @param bind port 0 takes any free one
     * @param listenerPort the port in Gateway resources
     */
    private record Binding(
            InetSocketAddress bind,
            int listenerPort,
            @Nullable ServingCertificateSource certificates) {}

    private final Transport transport;
    private final EventLoopGroup loops;
    private final List<Worker> workers = new ArrayList<>();
    private final MeshTls tls;
    private final Telemetry telemetry;
    private final @Nullable Gateway gateway;
    private final Inbound inbound;
    private final Clients clients;
    private final List<GatewayTls> gatewayTls = new ArrayList<>();
    private final Map<Integer, Channel> listeners = new HashMap<>();
    private final Duration grace;
    private boolean closed;

    private Proxy(Builder builder, IdentitySource identities) {
        transport = builder.nio ? Transport.NIO : Transport.best();
        grace = builder.grace;
        loops = transport.group(builder.workers, "polder-proxy");
        for (EventExecutor executor : loops) {
            workers.add(new Worker((EventLoop) executor));
        }
        tls = new MeshTls(identities, loops);
        telemetry = new Telemetry(
                new Metrics(),
                new TrafficRecorder(Clock.systemUTC()),
                new AccessLog(builder.accessLog, builder.accessLogOneIn));
        try {
            SpiffeId self = builder.gatewayIdentity;
            boolean hasGateway = !builder.bindings.isEmpty();
            inbound = new Inbound(
                    transport,
                    loops,
                    workers,
                    tls,
                    telemetry,
                    builder.hbonePort,
                    builder.node,
                    hasGateway ? self : null);
            SameProcess sameProcess = inbound.sameProcess(builder.handOver);
            gateway = hasGateway && self != null
                    ? new Gateway(
                            tls, Source.of(transport, telemetry, self, null, builder.hbonePort, sameProcess), workers)
                    : null;
            clients = new Clients(
                    transport,
                    tls,
                    telemetry,
                    builder.hbonePort,
                    identities.trustDomain(),
                    List.copyOf(builder.egressRoots),
                    builder.egressTrust,
                    inbound::isServing,
                    sameProcess,
                    workers);
            builder.handlers.forEach(inbound::local);
            if (gateway != null && self != null) {
                tls.prepare(self);
                for (Binding binding : builder.bindings) {
                    listen(gateway, binding);
                }
            }
            LOG.info("proxy: transport {}, {} workers", transport.describe(), builder.workers);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void listen(Gateway to, Binding binding) {
        GatewayTls secured =
                binding.certificates == null ? null : new GatewayTls(binding.certificates, loops, binding.listenerPort);
        if (secured != null) {
            gatewayTls.add(secured);
        }
        ServerBootstrap server =
                transport.server(loops).childHandler(new GatewayChannels(to, binding.listenerPort, secured));
        if (secured == null) {
            server.childOption(ChannelOption.RECVBUF_ALLOCATOR, new BodyReads());
        }
        ChannelFuture bound = server.bind(binding.bind).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new Problem(
                    Problem.Code.CONFLICT,
                    Problem.WhoFailed.POLDER,
                    true,
                    "port " + binding.bind.getPort() + " on "
                            + binding.bind.getAddress().getHostAddress() + ": " + cause.getMessage()
                            + " (expected: a free port; another program may hold it)",
                    null,
                    cause);
        }
        listeners.put(binding.listenerPort, bound.channel());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Takes a new snapshot. Requests under way end by the old one; none is dropped. */
    public synchronized void apply(MeshSnapshot snapshot) {
        if (closed) {
            return;
        }
        gatewayTls.forEach(each -> each.apply(snapshot));
        // listeners first: a route must not lead to an address where nobody listens yet
        inbound.apply(snapshot);
        if (gateway != null) {
            gateway.apply(snapshot);
        }
        clients.apply(snapshot);
    }

    /**
     * A client that sends requests as a workload of this process: with its certificate, to what the current snapshot
     * holds. It lives until it is closed, at the latest with this object. May block for the certificate.
     *
     * @param caller whose certificate the {@link IdentitySource} will issue
     * @throws Problem when there is none for it
     */
    public MeshClient client(SpiffeId caller, ClientLimits limits, EgressPolicy egress) {
        return clients.open(caller, limits, egress);
    }

    /** Serves the workload at this address in this process; null ends that. Takes effect with the current snapshot. */
    public void local(InetAddress address, @Nullable LocalHttpHandler handler) {
        inbound.local(address, handler);
    }

    /** The bound address of the gateway listener for a port of Gateway resources. */
    public InetSocketAddress gatewayAddress(int listenerPort) {
        Channel channel = listeners.get(listenerPort);
        if (channel == null) {
            throw Problem.notFound("gateway listener for port " + listenerPort);
        }
        return (InetSocketAddress) channel.localAddress();
    }

    /** The workload addresses that are listened on for HBONE. */
    public Set<InetAddress> inboundAddresses() {
        return inbound.open();
    }

    /** What workloads served; lives as long as this object. */
    public TrafficStats traffic() {
        return telemetry.traffic();
    }

    /** All metrics in Prometheus' text format 0.0.4. */
    public String metricsText() {
        return telemetry.metrics().text();
    }

    /** The transport in use, for the log and {@code doctor}: {@code epoll}, or {@code nio} and why. */
    public String transport() {
        return transport.describe();
    }

    /** Stops accepting, tells peers to go away, waits for what is under way up to the grace time, then cuts. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        listeners.values().forEach(channel -> channel.close().awaitUninterruptibly());
        if (inbound != null) {
            inbound.drain();
        }
        drain();
        if (clients != null) {
            clients.close();
        }
        onEach(worker -> worker.sweep().abandon());
        // a short quiet time: what closing a channel leaves to do later must still be done
        loops.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        gatewayTls.forEach(GatewayTls::close);
        if (clients != null) {
            clients.release();
        }
        tls.close();
        telemetry.accessLog().close();
    }

    private void drain() {
        onEach(worker -> worker.sweep().drain());
        long deadline = System.nanoTime() + grace.toNanos();
        AtomicInteger open = new AtomicInteger(1);
        while (open.get() > 0 && System.nanoTime() < deadline) {
            open.set(0);
            onEach(worker -> open.addAndGet(worker.sweep().busy()));
            if (open.get() > 0 && !pause()) {
                return;
            }
        }
        onEach(worker -> worker.sweep().stop());
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private interface OnWorker {
        void run(Worker worker);
    }

    private void onEach(OnWorker action) {
        CountDownLatch done = new CountDownLatch(workers.size());
        for (Worker worker : workers) {
            worker.loop().execute(() -> {
                try {
                    action.run(worker);
                } finally {
                    done.countDown();
                }
            });
        }
        try {
            if (!done.await(5, TimeUnit.SECONDS)) {
                LOG.warn("proxy: an event loop did not answer within 5 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects what a proxy needs. */
    public static final class Builder {

        private @Nullable IdentitySource identities;
        private final List<Binding> bindings = new ArrayList<>();
        private final Map<InetAddress, LocalHttpHandler> handlers = new HashMap<>();
        private @Nullable SpiffeId gatewayIdentity;
        private int hbonePort = Hbone.PORT;
        private int workers = Math.max(1, Runtime.getRuntime().availableProcessors());
        private Duration grace = Duration.ofSeconds(5);
        private AccessLogMode accessLog = AccessLogMode.TEXT;
        private int accessLogOneIn = 1;
        private Predicate<Workload> node = workload -> false;
        private final List<X509Certificate> egressRoots = new ArrayList<>();
        private EgressTrust egressTrust = EgressTrust.RUNTIME;
        private boolean nio;
        private boolean handOver = true;

        private Builder() {}

        /** Where certificates of the gateway and of the workloads come from; required. */
        public Builder identities(IdentitySource source) {
            identities = source;
            return this;
        }

        /** Who the gateway is towards workloads; required with a gateway listener. */
        public Builder gatewayIdentity(SpiffeId id) {
            gatewayIdentity = id;
            return this;
        }

        /**
         * An HTTP listener: HTTP/1.1, and HTTP/2 by prior knowledge.
         *
         * @param bind port 0 takes any free port
         * @param listenerPort the port of the Gateway resources' listeners it serves
         */
        public Builder gatewayHttp(InetSocketAddress bind, int listenerPort) {
            bindings.add(new Binding(bind, listenerPort, null));
            return this;
        }

        /** An HTTPS listener: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN. As {@link #gatewayHttp}. */
        public Builder gatewayHttps(InetSocketAddress bind, int listenerPort, ServingCertificateSource certificates) {
            bindings.add(new Binding(bind, listenerPort, certificates));
            return this;
        }

        /** The HBONE port of all workload addresses, ours and others'; 15008 unless set. */
        public Builder hbonePort(int port) {
            hbonePort = port;
            return this;
        }

        /** Number of event loops; all processors unless set. */
        public Builder workers(int count) {
            workers = count;
            return this;
        }

        /** Serves the workload at this address in this process. */
        public Builder local(InetAddress address, LocalHttpHandler handler) {
            handlers.put(address, handler);
            return this;
        }

        /** Which workloads listen by themselves on this node and get an HBONE listener in front of them; none unless set. */
        public Builder node(Predicate<Workload> runsHere) {
            node = runsHere;
            return this;
        }

        /** Authorities that clients trust outside the mesh besides those of the runtime's own trust store. */
        public Builder egressRoots(List<X509Certificate> roots) {
            egressRoots.addAll(roots);
            return this;
        }

        /** Who vouches for certain hosts outside the mesh, instead of all others; nobody unless set. */
        public Builder egressTrust(EgressTrust trust) {
            egressTrust = trust;
            return this;
        }

        /**
         * The access log; {@link AccessLogMode#TEXT} of everything unless set.
         *
         * @param oneIn logs one in N successes
         */
        public Builder accessLog(AccessLogMode mode, int oneIn) {
            accessLog = mode;
            accessLogOneIn = oneIn;
            return this;
        }

        /**
         * Whether tunnels between workloads of this process hand their bytes over in memory, which is so unless set. The
         * handshake of mutual TLS and the CONNECT that open a tunnel are as with any other; without this its bytes are
         * enciphered and deciphered, too.
         */
        public Builder handOver(boolean on) {
            handOver = on;
            return this;
        }

        /** How long {@link Proxy#close} waits for requests under way; 5 s unless set. */
        public Builder grace(Duration time) {
            grace = time;
            return this;
        }

        /** Uses NIO even where epoll works. */
        public Builder nio() {
            nio = true;
            return this;
        }

        /**
         * Opens the gateway's listeners; workloads' listeners open with the first snapshot.
         *
         * @throws Problem CONFLICT when a port is in use, INVALID when something required is missing
         */
        public Proxy start() {
            IdentitySource source = identities;
            if (source == null) {
                throw Problem.invalid("proxy: no identity source");
            }
            if (!bindings.isEmpty() && gatewayIdentity == null) {
                throw Problem.invalid("proxy: a gateway listener, but no gateway identity");
            }
            return new Proxy(this, source);
        }
    }
}
