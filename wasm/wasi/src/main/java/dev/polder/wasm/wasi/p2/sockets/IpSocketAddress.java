package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.wasi.p2.sockets.IpAddress.Ipv4Address;
import dev.polder.wasm.wasi.p2.sockets.IpAddress.Ipv6Address;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The variant {@code ip-socket-address}. */
public sealed interface IpSocketAddress {

    record Ipv4(Ipv4SocketAddress address) implements IpSocketAddress {}

    record Ipv6(Ipv6SocketAddress address) implements IpSocketAddress {}

    /** The record {@code ipv4-socket-address}. */
    record Ipv4SocketAddress(int port, Ipv4Address address) {}

    /** The record {@code ipv6-socket-address}; flow and scope are not used. */
    record Ipv6SocketAddress(int port, int flowInfo, Ipv6Address address, int scopeId) {}

    static IpSocketAddress of(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return address.getAddress() instanceof Inet4Address
                ? new Ipv4(new Ipv4SocketAddress(address.getPort(), Ipv4Address.of(bytes)))
                : new Ipv6(new Ipv6SocketAddress(address.getPort(), 0, Ipv6Address.of(bytes), 0));
    }

    /** As an address of a family; empty when it is of the other one, or an IPv4 address in IPv6 form. */
    default Optional<InetSocketAddress> toInet(IpAddressFamily family) {
        InetAddress address;
        int port;
        switch (this) {
            case Ipv4(Ipv4SocketAddress v4) -> {
                address = v4.address().toInet();
                port = v4.port();
            }
            case Ipv6(Ipv6SocketAddress v6) -> {
                address = v6.address().toInet();
                port = v6.port();
            }
        }
        boolean fits = family == IpAddressFamily.IPV4
                ? this instanceof Ipv4
                : this instanceof Ipv6 && address instanceof Inet6Address;
        return fits ? Optional.of(new InetSocketAddress(address, port)) : Optional.empty();
    }
}
