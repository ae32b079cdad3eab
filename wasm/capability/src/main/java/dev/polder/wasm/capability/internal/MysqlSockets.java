package dev.polder.wasm.capability.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/** Sockets for MariaDB's driver, which makes this by reflection. Public because the driver needs it so. */
public final class MysqlSockets extends ConfigurableSocketFactory {

    /** The driver's option that names the address. */
    static final String OPTION = "polderAddress";

    // Rows are read one by one, and counted as they are kept.
    private @Nullable InetSocketAddress pinned;

    @Override
    public void setConfiguration(Configuration configuration, String host) {
        pinned = PinnedSocket.parse(configuration.nonMappedOptions().getProperty(OPTION));
    }

    @Override
    public Socket createSocket() throws IOException {
        InetSocketAddress address = pinned;
        if (address == null) {
            throw new IOException("no address (expected: one in the option " + OPTION + ")");
        }
        return new PinnedSocket(address, 1);
    }

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
