package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.transport.Pipe;
import dev.polder.mesh.proxy.internal.transport.StreamChannel;
import dev.polder.mesh.proxy.internal.transport.Sweep;
import dev.polder.mesh.proxy.internal.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels that one event loop opens. Connections are shared by key, up to a number of streams each; while one is
 * being made, everybody who wants it waits for it instead of making another.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class TunnelPool {

    private record Waiter(TunnelRequest request, TunnelOpened opened) {}

    private static final class Slot {
        final List<TunnelClientConnection> connections = new ArrayList<>();
        final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
        boolean connecting;
    }

    private final EventLoop loop;
    private final Transport transport;
    private final MeshTls tls;
    private final Sweep sweep;
    private final SameProcess sameProcess;
    private final Map<TunnelTarget, Slot> slots = new HashMap<>();

    public TunnelPool(EventLoop loop, Transport transport, MeshTls tls, Sweep sweep, SameProcess sameProcess) {
        this.loop = loop;
        this.transport = transport;
        this.tls = tls;
        this.sweep = sweep;
        this.sameProcess = sameProcess;
    }

    /** Opens a tunnel. */
    public void open(TunnelTarget target, TunnelRequest request, TunnelOpened opened) {
        Slot slot = slots.computeIfAbsent(target, key -> new Slot());
        TunnelClientConnection connection = withRoom(slot);
        if (connection != null) {
            connection.connect(request, opened);
            return;
        }
        slot.waiters.add(new Waiter(request, opened));
        if (!slot.connecting) {
            connect(target, slot);
        }
    }

    /** Open connections, for metrics and tests. */
    public int connections() {
        return slots.values().stream().mapToInt(slot -> slot.connections.size()).sum();
    }

    private static @Nullable TunnelClientConnection withRoom(Slot slot) {
        for (int i = 0; i < slot.connections.size(); i++) {
            if (slot.connections.get(i).hasRoom()) {
                return slot.connections.get(i);
            }
        }
        return null;
    }

    private void connect(TunnelTarget target, Slot slot) {
        slot.connecting = true;
        ChannelHandler listener = sameProcess.listener(target.address());
        if (listener != null) {
            loop.execute(() -> connectInMemory(target, slot, listener));
            return;
        }
        transport
                .client(loop)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // TLS is added when the connection stands
                    }
                })
                .connect(target.address())
                .addListener((io.netty.channel.ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        handshake(target, slot, connected.channel());
                    } else {
                        failAll(slot, TunnelFailure.below("CONNECT", connected.cause()));
                    }
                });
    }

    /** The same as by a socket, TLS and all, but the bytes do not go through the kernel. */
    private void connectInMemory(TunnelTarget target, Slot slot, ChannelHandler listener) {
        Pipe pipe = new Pipe(loop);
        Channel server = StreamChannel.over(pipe.server());
        Channel client = StreamChannel.over(pipe.client());
        if (sameProcess.handsOver()) {
            MemoryTunnels.join(client, server);
        }
        server.pipeline().addLast(listener);
        handshake(target, slot, client);
    }

    private void handshake(TunnelTarget target, Slot slot, Channel channel) {
        SslHandler handler;
        try {
            handler = tls.client(target.source(), target.expected(), channel.alloc());
        } catch (Problem e) {
            channel.close();
            failAll(slot, TunnelFailure.below("IDENTITY_ERROR", e));
            return;
        }
        channel.pipeline().addLast(handler);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                channel.close();
                failAll(slot, TunnelFailure.below("TLS_FAILURE", done.cause()));
                return;
            }
            if (!"h2".equals(handler.applicationProtocol())) {
                channel.close();
                failAll(slot, TunnelFailure.below("H2_HANDSHAKE_FAILURE", null));
                return;
            }
            TunnelClientConnection connection = new TunnelClientConnection(channel, sweep, this, target);
            connection.start();
            slot.connecting = false;
            slot.connections.add(connection);
            roomMade(connection);
        });
    }

    private static void failAll(Slot slot, TunnelFailure failure) {
        slot.connecting = false;
        ArrayDeque<Waiter> waiters = new ArrayDeque<>(slot.waiters);
        slot.waiters.clear();
        waiters.forEach(waiter -> waiter.opened.failed(failure));
    }

    /** A stream ended or the connection is new: somebody may be waiting. */
    void roomMade(TunnelClientConnection connection) {
        Slot slot = slots.get(connection.target());
        if (slot == null) {
            return;
        }
        while (!slot.waiters.isEmpty() && connection.hasRoom()) {
            Waiter waiter = slot.waiters.remove();
            connection.connect(waiter.request, waiter.opened);
        }
        if (!slot.waiters.isEmpty() && !slot.connecting && withRoom(slot) == null) {
            connect(connection.target(), slot);
        }
    }

    void gone(TunnelClientConnection connection) {
        Slot slot = slots.get(connection.target());
        if (slot == null) {
            return;
        }
        slot.connections.remove(connection);
        if (!slot.waiters.isEmpty() && !slot.connecting) {
            connect(connection.target(), slot);
        }
        Iterator<Slot> all = slots.values().iterator();
        while (all.hasNext()) {
            Slot one = all.next();
            if (one.connections.isEmpty() && one.waiters.isEmpty() && !one.connecting) {
                all.remove();
            }
        }
    }
}
