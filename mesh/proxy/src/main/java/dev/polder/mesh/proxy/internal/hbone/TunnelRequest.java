package dev.polder.mesh.proxy.internal.hbone;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT says.
 *
 * @param authority {@code ip:port} of the application
 * @param baggage who the source is, in ztunnel's keys
 * @param forwarded {@code for="ip:port";host=name}, or null
 * @param traceparent W3C trace context of the connection, or null
 */
public record TunnelRequest(
        String authority,
        String baggage,
        @Nullable String forwarded,
        @Nullable String traceparent) {

    /** An address as an authority: {@code ip:port}, {@code [ip]:port} for IPv6. */
    public static String authority(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }
}
