package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code outgoing-datagram-stream}. */
public final class OutgoingDatagramStream extends Resource {

    private static final int PERMITTED = 16;

    private final UdpSocket socket;
    private final DatagramChannel channel;
    private final @Nullable InetSocketAddress peer;
    private int permit;
    private volatile boolean full;

    /** @param peer where everything goes, or null */
    OutgoingDatagramStream(UdpSocket socket, DatagramChannel channel, @Nullable InetSocketAddress peer) {
        super(socket.io(), socket);
        this.socket = socket;
        this.channel = channel;
        this.peer = peer;
    }

    /** The record {@code outgoing-datagram}; no address to the peer of the stream. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record OutgoingDatagram(byte[] data, Optional<IpSocketAddress> remoteAddress) {}

    /** How many datagrams {@link #send} takes now. */
    @Wit("check-send")
    public Result<Long, NetworkErrorCode> checkSend() {
        permit = full ? 0 : PERMITTED;
        return Result.ok((long) permit);
    }

    /** Sends some, and says how many; traps beyond what {@link #checkSend} said. Refused before it is sent. */
    @Wit("send")
    public Result<Long, NetworkErrorCode> send(List<OutgoingDatagram> datagrams) {
        if (datagrams.size() > permit) {
            throw trap("outgoing-datagram-stream.send: " + datagrams.size() + " datagrams (expected: at most " + permit
                    + ", as check-send said)");
        }
        long sent = 0;
        for (OutgoingDatagram datagram : datagrams) {
            Result<Boolean, NetworkErrorCode> one = SocketOperation.result(() -> send(datagram));
            if (one instanceof Result.Err<Boolean, NetworkErrorCode>(NetworkErrorCode code)) {
                return sent > 0 ? Result.ok(sent) : Result.err(code);
            }
            if (one instanceof Result.Ok<Boolean, NetworkErrorCode>(Boolean went) && !went) {
                break;
            }
            sent++;
            permit--;
        }
        return Result.ok(sent);
    }

    private boolean send(OutgoingDatagram datagram) throws IOException, SocketOperation.Refused {
        InetSocketAddress to = peer;
        if (datagram.remoteAddress().isPresent()) {
            to = SocketOperation.remote(datagram.remoteAddress().get(), socket.family());
            SocketOperation.require(peer == null || peer.equals(to), NetworkErrorCode.INVALID_ARGUMENT);
        }
        if (to == null) {
            throw new SocketOperation.Refused(NetworkErrorCode.INVALID_ARGUMENT);
        }
        SocketOperation.require(socket.maySend(to), NetworkErrorCode.ACCESS_DENIED);
        if (!send(datagram.data(), to)) {
            full = true;
            permit = 0;
            SocketLoop.shared().when(channel, SelectionKey.OP_WRITE, () -> {
                full = false;
                io().signal().raise();
            });
            return false;
        }
        return true;
    }

    /** False when it has to wait. */
    private boolean send(byte[] bytes, InetSocketAddress to) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(bytes);
        if (peer == null) {
            return channel.send(data, socket.loopback().toMachine(to)) > 0 || bytes.length == 0;
        }
        // The JDK writes nothing at all for an empty one when it is connected, and says that it did.
        return bytes.length == 0 ? NativeSocket.sendEmpty(channel) : channel.write(data) > 0;
    }

    /** Ready when {@link #checkSend} does not give zero. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, () -> !full);
    }
}
