package dev.polder.mesh.config;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of addresses, {@code 10.0.0.0/8} or a single address.
 *
 * @param prefixLength number of leading bits that count
 */
public record IpBlock(InetAddress network, int prefixLength) {

    /**
     * Reads an address or CIDR block; never asks a name server.
     *
     * @throws Problem INVALID
     */
    public static IpBlock parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> Problem.invalid("\"" + text + "\" (expected: an IP address or a CIDR block)"));
        int bits = network.getAddress().length * 8;
        if (slash < 0) {
            return new IpBlock(network, bits);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
            throw Problem.invalid("\"" + text + "\" (expected: a prefix length from 0 to " + bits + ")");
        }
        return new IpBlock(network, Integer.parseInt(length));
    }

    /** Reads a literal address, IPv4 dotted or IPv6; empty when it is none. Never asks a name server. */
    public static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the address lies in this block; addresses of the other family never do. */
    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = prefixLength / 8;
        if (!Arrays.equals(mine, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = prefixLength % 8;
        return rest == 0 || (mine[whole] ^ theirs[whole]) >>> (8 - rest) << (8 - rest) == 0;
    }
}
