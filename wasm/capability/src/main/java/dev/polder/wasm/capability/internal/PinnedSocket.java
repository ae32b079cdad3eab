package dev.polder.wasm.capability.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/** A socket that connects to the address that was checked, whatever a driver resolves in between. */
public final class PinnedSocket extends Socket {

    private final InetSocketAddress pinned;

    public PinnedSocket(InetSocketAddress pinned) {
        this.pinned = pinned;
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
