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
 * @param machine what the guest calls the machine's own, where 127.0.0.1 is another one; null when it cannot be named
 * @param names grants nothing
 */
public record Loopback(@Nullable InetAddress own, @Nullable InetAddress machine, Names names) {

    /** Addresses of names that no name server is asked for. */
    @FunctionalInterface
    public interface Names {
        /** The address of a name in small letters, or null. */
        @Nullable
        InetAddress address(String name);
    }

    /** The machine's own: what 127.0.0.1 is for every program. */
    public static final Loopback OF_THE_MACHINE = new Loopback(null, null, _ -> null);

    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    public Loopback {
        check(own);
        check(machine);
    }

    /** One from which the machine's cannot be reached. */
    public Loopback(InetAddress own) {
        this(own, null, _ -> null);
    }

    private static void check(@Nullable InetAddress address) {
        if (address != null && !(address instanceof Inet4Address && address.isLoopbackAddress())) {
            throw new IllegalArgumentException("loopback: " + address + " (expected: an address of 127.0.0.0/8)");
        }
    }

    /** Where a guest's address leads. */
    InetSocketAddress toMachine(InetSocketAddress named) {
        InetAddress address = AddressKind.plain(named.getAddress());
        if (machine != null && machine.equals(address)) {
            return new InetSocketAddress(LOCALHOST, named.getPort());
        }
        boolean local = address instanceof Inet4Address
                && (address.equals(LOCALHOST) || (address.isAnyLocalAddress() && named.getPort() != 0));
        return own != null && local ? new InetSocketAddress(own, named.getPort()) : named;
    }

    /** How the guest sees an address. */
    @Nullable
    SocketAddress toGuest(@Nullable SocketAddress address) {
        if (own == null || !(address instanceof InetSocketAddress inet)) {
            return address;
        }
        if (own.equals(inet.getAddress())) {
            return new InetSocketAddress(LOCALHOST, inet.getPort());
        }
        return machine != null && LOCALHOST.equals(inet.getAddress())
                ? new InetSocketAddress(machine, inet.getPort())
                : address;
    }
}
