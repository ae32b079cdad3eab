package dev.polder.wasm.wasi.p2.sockets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What {@code 127.0.0.1} is for a guest: that of the machine, or an address of 127.0.0.0/8 that it shares only with the
 * other guests of its workload. The guest sees {@code 127.0.0.1} either way; a server that it binds to any address is
 * bound to its own one.
 *
 * @param own null for the machine's
 */
public record Loopback(@Nullable InetAddress own) {

    /** The machine's own: what 127.0.0.1 is for every program. */
    public static final Loopback OF_THE_MACHINE = new Loopback(null);

    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    public Loopback {
        if (own != null && !(own instanceof Inet4Address && own.isLoopbackAddress())) {
            throw new IllegalArgumentException("loopback: " + own + " (expected: an address of 127.0.0.0/8)");
        }
    }

    /** Where a guest's address leads. */
    InetSocketAddress toMachine(InetSocketAddress named) {
        InetAddress address = AddressKind.plain(named.getAddress());
        boolean local = address instanceof Inet4Address
                && (address.equals(LOCALHOST) || (address.isAnyLocalAddress() && named.getPort() != 0));
        return own != null && local ? new InetSocketAddress(own, named.getPort()) : named;
    }

    /** How the guest sees an address. */
    @Nullable
    SocketAddress toGuest(@Nullable SocketAddress address) {
        return own != null && address instanceof InetSocketAddress inet && own.equals(inet.getAddress())
                ? new InetSocketAddress(LOCALHOST, inet.getPort())
                : address;
    }
}
