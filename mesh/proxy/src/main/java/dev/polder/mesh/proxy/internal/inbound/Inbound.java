package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.TunnelProtocol;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.LocalHttpHandler;
import dev.polder.mesh.proxy.internal.hbone.SameProcess;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.transport.Transport;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiving half of the proxy: one listener for each address of each workload that is ours, opened and closed as
 * snapshots come.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class Inbound {

    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    private final Transport transport;
    private final EventLoopGroup loops;
    private final MeshTls tls;
    private final Telemetry telemetry;
    private final int port;
    private final Predicate<Workload> ours;
    private final @Nullable SpiffeId gateway;
    private final IdentityHashMap<EventLoop, Worker> workers = new IdentityHashMap<>();
    private final Map<InetAddress, LocalHttpHandler> handlers = new ConcurrentHashMap<>();
    private final Map<InetAddress, InboundListener> listeners = new HashMap<>();
    private volatile Map<SpiffeId, Workload> byIdentity = Map.of();
    private volatile Map<InetAddress, InboundListener> serving = Map.of();
    private @Nullable MeshSnapshot applied;

    /**
     * @param ours which workloads run on this node; those with a local handler always do
     * @param gateway the identity of a gateway in this process, whose requests it counts itself; or null
     */
    public Inbound(
            Transport transport,
            EventLoopGroup loops,
            List<Worker> workers,
            MeshTls tls,
            Telemetry telemetry,
            int port,
            Predicate<Workload> ours,
            @Nullable SpiffeId gateway) {
        this.transport = transport;
        this.loops = loops;
        this.tls = tls;
        this.telemetry = telemetry;
        this.port = port;
        this.ours = ours;
        this.gateway = gateway;
        workers.forEach(worker -> this.workers.put(worker.loop(), worker));
    }

    /** Serves a workload's address in this process from now on, or, with null, no longer. */
    public synchronized void local(InetAddress address, @Nullable LocalHttpHandler handler) {
        if (handler == null) {
            handlers.remove(address);
        } else {
            handlers.put(address, handler);
        }
        MeshSnapshot snapshot = applied;
        if (snapshot != null) {
            apply(snapshot);
        }
    }

    /** Opens, updates and closes listeners; may block for certificates. A port in use is logged and tried again. */
    public synchronized void apply(MeshSnapshot snapshot) {
        applied = snapshot;
        Map<SpiffeId, Workload> identities = new HashMap<>();
        Set<InetAddress> wanted = new HashSet<>();
        for (Workload workload : snapshot.workloads().values()) {
            identities.putIfAbsent(workload.identity(), workload);
            if (workload.tunnelProtocol() != TunnelProtocol.HBONE) {
                continue;
            }
            for (InetAddress address : workload.addresses()) {
                LocalHttpHandler handler = handlers.get(address);
                if (handler != null || ours.test(workload)) {
                    wanted.add(address);
                    open(new InboundWorkload(address, workload, handler));
                }
            }
        }
        byIdentity = Map.copyOf(identities);
        for (InetAddress address : Set.copyOf(listeners.keySet())) {
            if (!wanted.contains(address)) {
                InboundListener gone = listeners.remove(address);
                if (gone != null) {
                    gone.close();
                    LOG.info("inbound {}:{} closed", address.getHostAddress(), port);
                }
            }
        }
        serving = Map.copyOf(listeners);
    }

    private void open(InboundWorkload target) {
        InboundListener known = listeners.get(target.address());
        SpiffeId identity = target.workload().identity();
        if (known != null && known.identity().equals(identity)) {
            known.update(target);
            return;
        }
        if (known != null) {
            known.close();
            listeners.remove(target.address());
        }
        try {
            tls.prepare(identity);
        } catch (Problem e) {
            LOG.error("inbound {}: {}", target.address(), e.getMessage());
            return;
        }
        InboundListener listener = new InboundListener(this, target);
        ChannelFuture bound = transport
                .server(loops)
                .childHandler(listener)
                .bind(new InetSocketAddress(target.address(), port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            LOG.error(
                    "inbound {}:{} for {}: {}",
                    target.address().getHostAddress(),
                    port,
                    identity,
                    bound.cause().getMessage());
            return;
        }
        listener.bound(bound.channel());
        listeners.put(target.address(), listener);
        LOG.info("inbound {}:{} open for {}", target.address().getHostAddress(), port, identity);
    }

    /** Addresses that are listened on. */
    public synchronized Set<InetAddress> open() {
        return Set.copyOf(listeners.keySet());
    }

    /** Whether requests to that address arrive, and are counted, here. */
    public boolean isServing(InetAddress address) {
        return serving.containsKey(address);
    }

    /**
     * How to reach what listens here from within the process.
     *
     * @param handsOver whether the bytes of tunnels are handed over in memory
     */
    public SameProcess sameProcess(boolean handsOver) {
        return new SameProcess() {
            @Override
            public @Nullable ChannelHandler listener(InetSocketAddress address) {
                return address.getPort() == port ? serving.get(address.getAddress()) : null;
            }

            @Override
            public boolean handsOver() {
                return handsOver;
            }
        };
    }

    /** Stops accepting. */
    public synchronized void drain() {
        listeners.values().forEach(InboundListener::drain);
        listeners.clear();
        serving = Map.of();
        applied = null;
    }

    /** A workload with that identity, for labels; null when the snapshot has none. */
    @Nullable
    Workload sourceWorkload(SpiffeId identity) {
        return byIdentity.get(identity);
    }

    /** Whether the caller is the gateway of this process, which counts its requests itself. */
    boolean countedBySource(SpiffeId peer) {
        return peer.equals(gateway);
    }

    Worker worker(EventLoop loop) {
        Worker worker = workers.get(loop);
        if (worker == null) {
            throw new IllegalStateException("event loop of another proxy: " + loop);
        }
        return worker;
    }

    Transport transport() {
        return transport;
    }

    MeshTls tls() {
        return tls;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    int port() {
        return port;
    }
}
