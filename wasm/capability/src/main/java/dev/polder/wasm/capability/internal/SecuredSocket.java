package dev.polder.wasm.capability.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * A socket for clients that connect by themselves and need not know that the connection speaks TLS: one that is checked,
 * connected and secured takes its place.
 */
public final class SecuredSocket extends Socket {

    /** Connects and shakes hands. */
    @FunctionalInterface
    public interface Opening {
        Socket open() throws IOException;
    }

    private final Opening opening;
    private volatile @Nullable Socket secured;

    public SecuredSocket(Opening opening) {
        this.opening = opening;
    }

    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        Socket open = opening.open();
        open.setSoTimeout(super.getSoTimeout());
        secured = open;
        if (super.isClosed()) {
            open.close();
        }
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    private Socket connected() throws SocketException {
        Socket open = secured;
        if (open == null) {
            throw new SocketException("not connected");
        }
        return open;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return connected().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return connected().getOutputStream();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        super.setSoTimeout(millis);
        Socket open = secured;
        if (open != null) {
            open.setSoTimeout(millis);
        }
    }

    @Override
    public boolean isConnected() {
        return secured != null;
    }

    @Override
    public void close() throws IOException {
        super.close();
        Socket open = secured;
        if (open != null) {
            open.close();
        }
    }
}
