package dev.polder.wasm.capability.internal;

import java.net.InetSocketAddress;
import java.net.Socket;

/** Sockets for PostgreSQL's driver, which makes this by reflection. Public because the driver needs it so. */
public final class PostgresSockets extends PinnedSocket.Factory {

    private final InetSocketAddress pinned;

    /** @param argument what {@link PinnedSocket#text} wrote */
    public PostgresSockets(String argument) {
        this.pinned = PinnedSocket.parse(argument);
    }

    @Override
    public Socket createSocket() {
        return new PinnedSocket(pinned);
    }
}
