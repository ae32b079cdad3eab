package dev.polder.wasm.wasi.p2.sockets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The variant {@code ip-address}. */
public sealed interface IpAddress {

    record Ipv4(Ipv4Address address) implements IpAddress {}

    record Ipv6(Ipv6Address address) implements IpAddress {}

    /** Four octets. */
    record Ipv4Address(int a, int b, int c, int d) {

        static Ipv4Address of(byte[] bytes) {
            return new Ipv4Address(bytes[0] & 0xFF, bytes[1] & 0xFF, bytes[2] & 0xFF, bytes[3] & 0xFF);
        }

        InetAddress toInet() {
            return inet(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        }
    }

    /** Eight groups of 16 bits. */
    record Ipv6Address(int a, int b, int c, int d, int e, int f, int g, int h) {

        static Ipv6Address of(byte[] bytes) {
            int[] groups = new int[8];
            for (int i = 0; i < 8; i++) {
                groups[i] = ((bytes[2 * i] & 0xFF) << 8) | (bytes[2 * i + 1] & 0xFF);
            }
            return new Ipv6Address(
                    groups[0], groups[1], groups[2], groups[3], groups[4], groups[5], groups[6], groups[7]);
        }

        /** An IPv4 address when it stands for one (mapped). */
        InetAddress toInet() {
            int[] groups = {a, b, c, d, e, f, g, h};
            byte[] bytes = new byte[16];
            for (int i = 0; i < 8; i++) {
                bytes[2 * i] = (byte) (groups[i] >> 8);
                bytes[2 * i + 1] = (byte) groups[i];
            }
            return inet(bytes);
        }
    }

    private static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of a wrong length", e);
        }
    }

    static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? new Ipv4(Ipv4Address.of(bytes)) : new Ipv6(Ipv6Address.of(bytes));
    }
}
