package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.Resource;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The resource {@code tcp-socket}.
 *
 * <pre>
 * UNBOUND --start-bind--> BINDING --finish-bind--> BOUND --start-listen--> LISTEN_STARTED --finish-listen--> LISTENING
 *    |                                               |
 *    +---------------- start-connect ----------------+--> CONNECTING --finish-connect--> CONNECTED
 *                                                              |
 *                                                              +--(fails)--> CLOSED
 * </pre>
 */
public final class TcpSocket extends Resource {

    private enum State {
        UNBOUND,
        BINDING,
        BOUND,
        LISTEN_STARTED,
        LISTENING,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    private static final int MAX_BACKLOG = 4_096;

    private final SocketGrants grants;
    private final IpAddressFamily family;
    private final TcpOptions options;
    private SocketChannel channel;
    private @Nullable ServerSocketChannel server;
    private @Nullable TcpConnection connection;
    private State state;
    private int backlog = 128;

    /** What the guest set, else 0. */
    private int hops;

    private volatile boolean waiting;
    private volatile boolean possible;

    private TcpSocket(SocketGrants grants, IpAddressFamily family, SocketChannel channel, State state) {
        super(grants.io());
        this.grants = grants;
        this.family = family;
        this.channel = channel;
        this.state = state;
        this.options = new TcpOptions(() -> this.channel);
    }

    static TcpSocket open(SocketGrants grants, IpAddressFamily family) throws IOException {
        return new TcpSocket(grants, family, newChannel(family), State.UNBOUND);
    }

    private static SocketChannel newChannel(IpAddressFamily family) throws IOException {
        SocketChannel channel = SocketChannel.open(family.protocol());
        channel.configureBlocking(false);
        return channel;
    }

    @Wit("start-bind")
    public Result<@Nullable Void, NetworkErrorCode> startBind(Network network, IpSocketAddress local) {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.UNBOUND, NetworkErrorCode.INVALID_STATE);
            InetSocketAddress address = SocketOperation.unicast(local.toInet(family)
                    .orElseThrow(() -> new SocketOperation.Refused(NetworkErrorCode.INVALID_ARGUMENT)));
            SocketOperation.require(grants.mayBind("tcp", address), NetworkErrorCode.ACCESS_DENIED);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(grants.loopback().toMachine(address));
            state = State.BINDING;
            return null;
        });
    }

    @Wit("finish-bind")
    public Result<@Nullable Void, NetworkErrorCode> finishBind() {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.BINDING, NetworkErrorCode.NOT_IN_PROGRESS);
            state = State.BOUND;
            return null;
        });
    }

    /** Refuses what the policy does not have before any packet is sent. */
    @Wit("start-connect")
    public Result<@Nullable Void, NetworkErrorCode> startConnect(Network network, IpSocketAddress remote) {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.UNBOUND || state == State.BOUND, NetworkErrorCode.INVALID_STATE);
            InetSocketAddress address = SocketOperation.unicast(SocketOperation.remote(remote, family));
            SocketOperation.require(grants.mayConnect("tcp", address), NetworkErrorCode.ACCESS_DENIED);
            state = State.CONNECTING;
            try {
                channel.connect(grants.loopback().toMachine(address));
            } catch (IOException e) {
                state = State.CLOSED;
                throw e;
            }
            return null;
        });
    }

    /** The streams of {@code finish-connect}. */
    public record Streams(WasiInputStream input, WasiOutputStream output) {}

    @Wit("finish-connect")
    public Result<Streams, NetworkErrorCode> finishConnect() {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.CONNECTING, NetworkErrorCode.NOT_IN_PROGRESS);
            possible = false;
            try {
                SocketOperation.require(channel.finishConnect(), NetworkErrorCode.WOULD_BLOCK);
            } catch (IOException e) {
                state = State.CLOSED;
                throw e;
            }
            return connected();
        });
    }

    private Streams connected() {
        state = State.CONNECTED;
        TcpConnection made = new TcpConnection(channel, io().signal());
        connection = made;
        return new Streams(
                new WasiInputStream(io(), this, made.incoming()), new WasiOutputStream(io(), this, made.outgoing()));
    }

    @Wit("start-listen")
    public Result<@Nullable Void, NetworkErrorCode> startListen() {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.BOUND, NetworkErrorCode.INVALID_STATE);
            // The JDK has two kinds of sockets: the bound one makes room for one that listens, at the same address.
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            ServerSocketChannel listening = ServerSocketChannel.open(family.protocol());
            server = listening;
            options.listening(listening);
            if (hops > 0) {
                // Those that it accepts have it from there.
                NativeSocket.setHopLimit(listening, family, hops);
            }
            channel.close();
            SocketLoop.shared().wakeUp();
            listening.configureBlocking(false);
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(local, backlog);
            state = State.LISTEN_STARTED;
            return null;
        });
    }

    @Wit("finish-listen")
    public Result<@Nullable Void, NetworkErrorCode> finishListen() {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.LISTEN_STARTED, NetworkErrorCode.NOT_IN_PROGRESS);
            state = State.LISTENING;
            return null;
        });
    }

    /** The tuple of {@code accept}. */
    public record Accepted(TcpSocket socket, WasiInputStream input, WasiOutputStream output) {}

    @Wit("accept")
    public Result<Accepted, NetworkErrorCode> accept() {
        return SocketOperation.result(() -> {
            ServerSocketChannel listening = server;
            if (listening == null || state != State.LISTENING) {
                throw new SocketOperation.Refused(NetworkErrorCode.INVALID_STATE);
            }
            SocketOperation.require(grants.open(), NetworkErrorCode.NEW_SOCKET_LIMIT);
            SocketChannel accepted = null;
            possible = false;
            try {
                accepted = listening.accept();
                if (accepted == null) {
                    throw new SocketOperation.Refused(NetworkErrorCode.WOULD_BLOCK);
                }
                accepted.configureBlocking(false);
                options.inherit(accepted);
            } catch (IOException | SocketOperation.Refused e) {
                grants.closed();
                if (accepted != null) {
                    SocketOperation.close(accepted);
                }
                throw e;
            }
            TcpSocket socket = new TcpSocket(grants, family, accepted, State.CONNECTED);
            Streams streams = socket.connected();
            return new Accepted(socket, streams.input(), streams.output());
        });
    }

    @Wit("local-address")
    public Result<IpSocketAddress, NetworkErrorCode> localAddress() {
        return SocketOperation.result(() -> SocketOperation.address(grants.loopback()
                .toGuest(
                        server != null
                                ? server.getLocalAddress()
                                : state == State.UNBOUND ? null : channel.getLocalAddress())));
    }

    @Wit("remote-address")
    public Result<IpSocketAddress, NetworkErrorCode> remoteAddress() {
        return SocketOperation.result(() -> SocketOperation.address(
                state == State.CONNECTED ? grants.loopback().toGuest(channel.getRemoteAddress()) : null));
    }

    @Wit("is-listening")
    public boolean isListening() {
        return state == State.LISTENING;
    }

    @Wit("address-family")
    public IpAddressFamily addressFamily() {
        return family;
    }

    @Wit("set-listen-backlog-size")
    public Result<@Nullable Void, NetworkErrorCode> setListenBacklogSize(long value) {
        return SocketOperation.result(() -> {
            SocketOperation.require(value != 0, NetworkErrorCode.INVALID_ARGUMENT);
            SocketOperation.require(server == null, NetworkErrorCode.NOT_SUPPORTED);
            SocketOperation.require(connection == null, NetworkErrorCode.INVALID_STATE);
            backlog = (int) (value < 0 ? MAX_BACKLOG : Math.min(value, MAX_BACKLOG));
            return null;
        });
    }

    @Wit("keep-alive-enabled")
    public Result<Boolean, NetworkErrorCode> keepAliveEnabled() {
        return options.keepAlive();
    }

    @Wit("set-keep-alive-enabled")
    public Result<@Nullable Void, NetworkErrorCode> setKeepAliveEnabled(boolean value) {
        return options.setKeepAlive(value);
    }

    @Wit("keep-alive-idle-time")
    public Result<Long, NetworkErrorCode> keepAliveIdleTime() {
        return options.time(TcpOptions.IDLE);
    }

    @Wit("set-keep-alive-idle-time")
    public Result<@Nullable Void, NetworkErrorCode> setKeepAliveIdleTime(long value) {
        return options.setTime(TcpOptions.IDLE, value);
    }

    @Wit("keep-alive-interval")
    public Result<Long, NetworkErrorCode> keepAliveInterval() {
        return options.time(TcpOptions.INTERVAL);
    }

    @Wit("set-keep-alive-interval")
    public Result<@Nullable Void, NetworkErrorCode> setKeepAliveInterval(long value) {
        return options.setTime(TcpOptions.INTERVAL, value);
    }

    @Wit("keep-alive-count")
    public Result<Integer, NetworkErrorCode> keepAliveCount() {
        return options.count();
    }

    @Wit("set-keep-alive-count")
    public Result<@Nullable Void, NetworkErrorCode> setKeepAliveCount(int value) {
        return options.setCount(value);
    }

    @Wit("hop-limit")
    public Result<Integer, NetworkErrorCode> hopLimit() {
        return SocketOperation.result(() -> NativeSocket.hopLimit(server == null ? channel : server, family));
    }

    @Wit("set-hop-limit")
    public Result<@Nullable Void, NetworkErrorCode> setHopLimit(int value) {
        return SocketOperation.result(() -> {
            SocketOperation.require(value != 0, NetworkErrorCode.INVALID_ARGUMENT);
            NativeSocket.setHopLimit(server == null ? channel : server, family, value);
            hops = value;
            return null;
        });
    }

    @Wit("receive-buffer-size")
    public Result<Long, NetworkErrorCode> receiveBufferSize() {
        return options.size(TcpOptions.RECEIVE_BUFFER);
    }

    @Wit("set-receive-buffer-size")
    public Result<@Nullable Void, NetworkErrorCode> setReceiveBufferSize(long value) {
        return options.setSize(TcpOptions.RECEIVE_BUFFER, value);
    }

    @Wit("send-buffer-size")
    public Result<Long, NetworkErrorCode> sendBufferSize() {
        return options.size(TcpOptions.SEND_BUFFER);
    }

    @Wit("set-send-buffer-size")
    public Result<@Nullable Void, NetworkErrorCode> setSendBufferSize(long value) {
        return options.setSize(TcpOptions.SEND_BUFFER, value);
    }

    /** Ready when the operation under way can be finished, or something can be accepted. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this::ready);
    }

    private boolean ready() {
        ServerSocketChannel listening = server;
        if (state == State.CONNECTING) {
            return channel.isConnected()
                    || waited(() -> SocketLoop.shared().when(channel, SelectionKey.OP_CONNECT, this::raise));
        }
        if (state == State.LISTENING && listening != null) {
            return waited(() -> SocketLoop.shared().when(listening, SelectionKey.OP_ACCEPT, this::raise));
        }
        return true;
    }

    /** Whether what the socket waits for is possible: what the loop said holds until it is used. */
    private boolean waited(Runnable ask) {
        if (!possible && !waiting) {
            waiting = true;
            ask.run();
        }
        return possible;
    }

    private void raise() {
        possible = true;
        waiting = false;
        io().signal().raise();
    }

    @Wit("shutdown")
    public Result<@Nullable Void, NetworkErrorCode> shutdown(ShutdownType type) {
        return SocketOperation.result(() -> {
            TcpConnection open = connection;
            if (open == null) {
                throw new SocketOperation.Refused(NetworkErrorCode.INVALID_STATE);
            }
            open.shutdown(type != ShutdownType.SEND, type != ShutdownType.RECEIVE);
            return null;
        });
    }

    @Override
    protected void free() {
        grants.closed();
        state = State.CLOSED;
        if (connection != null) {
            connection.close();
        } else {
            SocketOperation.close(channel);
        }
        if (server != null) {
            SocketOperation.close(server);
        }
    }
}
