package dev.polder.wasm.capability.internal;

import dev.polder.wasm.engine.CallMemory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/** A socket that connects to the address that was checked, whatever a driver resolves in between. */
public final class PinnedSocket extends Socket {

    private final InetSocketAddress pinned;
    private final int weight;

    /** @param weight what a byte that comes takes in the heap, about; see {@link CallMemory} */
    public PinnedSocket(InetSocketAddress pinned, int weight) {
        this.pinned = pinned;
        this.weight = weight;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                CallMemory.hold(weight);
                return value;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, length);
                CallMemory.hold((long) Math.max(0, count) * weight);
                return count;
            }
        };
    }

    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        super.connect(pinned, timeout);
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        super.connect(pinned, 0);
    }

    /** Writes an address so that {@link #parse} reads it. */
    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " " + address.getPort();
    }

    static InetSocketAddress parse(String text) {
        int space = text.indexOf(' ');
        return new InetSocketAddress(
                InetAddress.ofLiteral(text.substring(0, space)), Integer.parseInt(text.substring(space + 1)));
    }

    /** The ways of a factory that drivers do not go: they make a socket first and connect it then. */
    public abstract static class Factory extends SocketFactory {
        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return connected();
        }

        private Socket connected() throws IOException {
            Socket socket = createSocket();
            socket.connect(new InetSocketAddress(0), 0);
            return socket;
        }
    }
}
