package dev.polder.wasm.wasi.p2.sockets;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * What part of the network an address is in. An IPv6 address that stands for an IPv4 one (mapped, translated, 6to4) is
 * what that one is. Source: IANA special-purpose address registries (RFC 6890).
 */
public enum AddressKind {
    PUBLIC,
    LOOPBACK,
    /** RFC 1918, shared (100.64/10) and unique local ones. */
    PRIVATE,
    /** 169.254/16, where clouds answer for their machines' credentials, and fe80::/10. */
    LINK_LOCAL,
    /** Multicast, unspecified, reserved, for documentation: nothing that a guest has to reach. */
    OTHER;

    public static AddressKind of(InetAddress address) {
        byte[] b = address.getAddress();
        return address instanceof Inet4Address ? ofIpv4(b) : ofIpv6((Inet6Address) address, b);
    }

    private static AddressKind ofIpv4(byte[] b) {
        int first = b[0] & 0xFF;
        int second = b[1] & 0xFF;
        int third = b[2] & 0xFF;
        return switch (first) {
            case 127 -> LOOPBACK;
            case 10 -> PRIVATE;
            case 100 -> second >= 64 && second < 128 ? PRIVATE : PUBLIC;
            case 169 -> second == 254 ? LINK_LOCAL : PUBLIC;
            case 172 -> second >= 16 && second < 32 ? PRIVATE : PUBLIC;
            case 192 -> {
                if (second == 168) {
                    yield PRIVATE;
                }
                yield (second == 0 && (third == 0 || third == 2)) || (second == 88 && third == 99) ? OTHER : PUBLIC;
            }
            case 198 -> second == 18 || second == 19 || (second == 51 && third == 100) ? OTHER : PUBLIC;
            case 203 -> second == 0 && third == 113 ? OTHER : PUBLIC;
            default -> first == 0 || first >= 224 ? OTHER : PUBLIC;
        };
    }

    private static AddressKind ofIpv6(Inet6Address address, byte[] b) {
        if (address.isLoopbackAddress()) {
            return LOOPBACK;
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return OTHER;
        }
        if (isPrefix(b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) && (isZero(b, 10, 12) || (b[10] == -1 && b[11] == -1))) {
            return ofIpv4(Arrays.copyOfRange(b, 12, 16));
        }
        if (isPrefix(b, 0x00, 0x64, 0xFF, 0x9B)) {
            return ofIpv4(Arrays.copyOfRange(b, 12, 16));
        }
        if (isPrefix(b, 0x20, 0x02)) {
            return ofIpv4(Arrays.copyOfRange(b, 2, 6));
        }
        if (address.isLinkLocalAddress()) {
            return LINK_LOCAL;
        }
        if ((b[0] & 0xFE) == 0xFC || address.isSiteLocalAddress()) {
            return PRIVATE;
        }
        boolean reserved =
                isPrefix(b, 0x20, 0x01, 0x0D, 0xB8) || isPrefix(b, 0x20, 0x01, 0x00, 0x00) || isPrefix(b, 0x01, 0x00);
        return reserved ? OTHER : PUBLIC;
    }

    private static boolean isPrefix(byte[] address, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((address[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The IPv4 address that an IPv6 one stands for (compatible, translated, 6to4), else the address itself. */
    static InetAddress innermost(InetAddress address) {
        byte[] b = plain(address).getAddress();
        if (b.length == 4 || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return plain(address);
        }
        try {
            if (isZero(b, 0, 12) || isPrefix(b, 0x00, 0x64, 0xFF, 0x9B)) {
                return InetAddress.getByAddress(Arrays.copyOfRange(b, 12, 16));
            }
            return isPrefix(b, 0x20, 0x02) ? InetAddress.getByAddress(Arrays.copyOfRange(b, 2, 6)) : address;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of a wrong length", e);
        }
    }

    /** The address with an IPv4 one in its own form, so that two ways to write one are equal. */
    static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of a wrong length", e);
        }
    }
}
