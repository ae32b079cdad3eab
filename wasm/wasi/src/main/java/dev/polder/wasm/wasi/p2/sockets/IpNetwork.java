package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/** A block of addresses in CIDR notation, {@code 10.0.0.0/8}; a single address is a block of one. */
record IpNetwork(InetAddress base, int bits) {

    /** @throws Problem INVALID when it is neither an address nor a block of them */
    static IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress base = AddressKind.plain(InetAddress.ofLiteral(address));
            int width = base.getAddress().length * 8;
            int bits = slash < 0 ? width : Integer.parseInt(text, slash + 1, text.length(), 10);
            if (bits < 0 || bits > width) {
                throw Problem.invalid("\"" + text + "\": " + bits + " bits (expected: 0 to " + width + ")");
            }
            return new IpNetwork(base, bits);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("\"" + text + "\" (expected: an IP address or a network such as 10.0.0.0/8)");
        }
    }

    /** Whether it is a block of one, this address. */
    boolean isOnly(InetAddress address) {
        return bits == base.getAddress().length * 8 && base.equals(address);
    }

    /** Whether it lies within 169.254/16 or fe80::/10. */
    boolean isLinkLocal() {
        return AddressKind.of(base) == AddressKind.LINK_LOCAL && bits >= (base instanceof Inet4Address ? 16 : 10);
    }

    boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(mine, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || (mine[whole] ^ other[whole]) >> (8 - rest) == 0;
    }
}
