package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The resource {@code udp-socket}. Binding to no address in particular and any free port is what every client does, so it
 * is let pass; then datagrams come through only from where the guest may send to. Any other binding has to be granted.
 */
public final class UdpSocket extends Resource {

    private enum State {
        UNBOUND,
        BINDING,
        BOUND
    }

    private final SocketGrants grants;
    private final IpAddressFamily family;
    private final DatagramChannel channel;
    private State state = State.UNBOUND;
    private boolean fromAnyone;

    private UdpSocket(SocketGrants grants, IpAddressFamily family, DatagramChannel channel) {
        super(grants.io());
        this.grants = grants;
        this.family = family;
        this.channel = channel;
    }

    static UdpSocket open(SocketGrants grants, IpAddressFamily family) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family.protocol());
        channel.configureBlocking(false);
        return new UdpSocket(grants, family, channel);
    }

    @Wit("start-bind")
    public Result<@Nullable Void, NetworkErrorCode> startBind(Network network, IpSocketAddress local) {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.UNBOUND, NetworkErrorCode.INVALID_STATE);
            InetSocketAddress address = local.toInet(family)
                    .orElseThrow(() -> new SocketOperation.Refused(NetworkErrorCode.INVALID_ARGUMENT));
            fromAnyone = grants.mayBind("udp", address);
            boolean client = address.getPort() == 0 && address.getAddress().isAnyLocalAddress();
            SocketOperation.require(fromAnyone || client, NetworkErrorCode.ACCESS_DENIED);
            channel.bind(loopback().toMachine(address));
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

    /** The two streams of {@code stream}. */
    public record Streams(IncomingDatagramStream incoming, OutgoingDatagramStream outgoing) {}

    /** New streams, to one peer or to any. Traps while those of before are held. */
    @Wit("stream")
    public Result<Streams, NetworkErrorCode> stream(Optional<IpSocketAddress> remote) {
        return SocketOperation.result(() -> {
            SocketOperation.require(state == State.BOUND, NetworkErrorCode.INVALID_STATE);
            requireNoChildren("udp-socket.stream");
            InetSocketAddress peer = null;
            if (remote.isPresent()) {
                peer = SocketOperation.remote(remote.get(), family);
                SocketOperation.require(mayTalkTo(peer), NetworkErrorCode.ACCESS_DENIED);
            }
            if (channel.isConnected()) {
                channel.disconnect();
            }
            IncomingDatagramStream incoming = new IncomingDatagramStream(this, channel);
            if (peer != null) {
                // The JDK throws away what came before it connects.
                incoming.keep(peer);
                channel.connect(loopback().toMachine(peer));
            }
            return new Streams(incoming, new OutgoingDatagramStream(this, channel, peer));
        });
    }

    private boolean mayTalkTo(InetSocketAddress peer) {
        return grants.mayConnect("udp", peer);
    }

    Loopback loopback() {
        return grants.loopback();
    }

    boolean maySend(InetSocketAddress to) {
        return mayTalkTo(to);
    }

    boolean mayReceive(InetSocketAddress from) {
        return fromAnyone || mayTalkTo(from);
    }

    @Wit("local-address")
    public Result<IpSocketAddress, NetworkErrorCode> localAddress() {
        return SocketOperation.result(() -> SocketOperation.address(loopback().toGuest(channel.getLocalAddress())));
    }

    @Wit("remote-address")
    public Result<IpSocketAddress, NetworkErrorCode> remoteAddress() {
        return SocketOperation.result(() -> SocketOperation.address(loopback().toGuest(channel.getRemoteAddress())));
    }

    @Wit("address-family")
    public IpAddressFamily addressFamily() {
        return family;
    }

    @Wit("unicast-hop-limit")
    public Result<Integer, NetworkErrorCode> unicastHopLimit() {
        return SocketOperation.result(() -> NativeSocket.hopLimit(channel, family));
    }

    @Wit("set-unicast-hop-limit")
    public Result<@Nullable Void, NetworkErrorCode> setUnicastHopLimit(int value) {
        return SocketOperation.result(() -> {
            SocketOperation.require(value != 0, NetworkErrorCode.INVALID_ARGUMENT);
            NativeSocket.setHopLimit(channel, family, value);
            return null;
        });
    }

    @Wit("receive-buffer-size")
    public Result<Long, NetworkErrorCode> receiveBufferSize() {
        return SocketOperation.size(channel, StandardSocketOptions.SO_RCVBUF);
    }

    @Wit("set-receive-buffer-size")
    public Result<@Nullable Void, NetworkErrorCode> setReceiveBufferSize(long value) {
        return SocketOperation.setSize(channel, StandardSocketOptions.SO_RCVBUF, value);
    }

    @Wit("send-buffer-size")
    public Result<Long, NetworkErrorCode> sendBufferSize() {
        return SocketOperation.size(channel, StandardSocketOptions.SO_SNDBUF);
    }

    @Wit("set-send-buffer-size")
    public Result<@Nullable Void, NetworkErrorCode> setSendBufferSize(long value) {
        return SocketOperation.setSize(channel, StandardSocketOptions.SO_SNDBUF, value);
    }

    /** Always ready: binding never has to be waited for. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), () -> true);
    }

    IpAddressFamily family() {
        return family;
    }

    @Override
    protected void free() {
        grants.closed();
        SocketOperation.close(channel);
    }
}
