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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resource {@code incoming-datagram-stream}. */
public final class IncomingDatagramStream extends Resource {

    private static final int LARGEST = 65_535;
    private static final int MOST = 16;

    /** Datagrams from strangers that one look throws away: the next look goes on. */
    private static final int STRANGERS = 64;

    private final UdpSocket socket;
    private final DatagramChannel channel;
    private final Deque<IncomingDatagram> waiting = new ArrayDeque<>();
    private @Nullable ByteBuffer buffer;
    private @Nullable IOException failure;
    private volatile boolean asked;

    IncomingDatagramStream(UdpSocket socket, DatagramChannel channel) {
        super(socket.io(), socket);
        this.socket = socket;
        this.channel = channel;
    }

    /** The record {@code incoming-datagram}. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record IncomingDatagram(byte[] data, IpSocketAddress remoteAddress) {}

    /** Takes what came from a peer already, and throws away the rest. */
    void keep(InetSocketAddress peer) throws IOException {
        ByteBuffer room = room();
        for (int i = 0; i < STRANGERS; i++) {
            room.clear();
            InetSocketAddress from = (InetSocketAddress) socket.loopback().toGuest(channel.receive(room));
            if (from == null) {
                return;
            }
            if (from.equals(peer)) {
                add(from, room);
            }
        }
    }

    private ByteBuffer room() {
        ByteBuffer made = buffer;
        if (made == null) {
            made = ByteBuffer.allocate(LARGEST);
            buffer = made;
        }
        return made;
    }

    private void add(InetSocketAddress from, ByteBuffer received) {
        byte[] data = new byte[received.flip().remaining()];
        received.get(data);
        waiting.add(new IncomingDatagram(data, IpSocketAddress.of(from)));
    }

    /** What is there, up to 16; may be nothing. */
    @Wit("receive")
    public Result<List<IncomingDatagram>, NetworkErrorCode> receive(long maxResults) {
        return SocketOperation.result(() -> {
            long most = maxResults < 0 ? MOST : Math.min(maxResults, MOST);
            List<IncomingDatagram> got = new ArrayList<>();
            while (got.size() < most && next()) {
                got.add(waiting.remove());
            }
            IOException broken = failure;
            if (got.isEmpty() && broken != null) {
                failure = null;
                throw broken;
            }
            return got;
        });
    }

    /** Whether one waits, after looking for it. */
    private boolean next() {
        if (!waiting.isEmpty()) {
            return true;
        }
        if (asked || failure != null) {
            return false;
        }
        ByteBuffer room = room();
        try {
            for (int i = 0; i < STRANGERS; i++) {
                room.clear();
                InetSocketAddress from = (InetSocketAddress) socket.loopback().toGuest(channel.receive(room));
                if (from == null) {
                    break;
                }
                if (socket.mayReceive(from)) {
                    add(from, room);
                    return true;
                }
            }
        } catch (IOException e) {
            failure = e;
            return false;
        }
        asked = true;
        SocketLoop.shared().when(channel, SelectionKey.OP_READ, () -> {
            asked = false;
            io().signal().raise();
        });
        return false;
    }

    /** Ready when {@link #receive} gives something. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, () -> next() || failure != null);
    }
}
