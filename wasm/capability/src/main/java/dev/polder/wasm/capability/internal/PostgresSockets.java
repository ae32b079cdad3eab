package dev.polder.wasm.capability.internal;

import java.net.InetSocketAddress;
import java.net.Socket;

/** Sockets for PostgreSQL's driver, which makes this by reflection. Public because the driver needs it so. */
public final class PostgresSockets extends PinnedSocket.Factory {

    /** The driver keeps all rows of a result, each value in an array of its own. */
    private static final int WEIGHT = 6;

    private final InetSocketAddress pinned;

    /** @param argument what {@link PinnedSocket#text} wrote */
    public PostgresSockets(String argument) {
        this.pinned = PinnedSocket.parse(argument);
    }

    @Override
    public Socket createSocket() {
        return new PinnedSocket(pinned, WEIGHT);
    }
}
