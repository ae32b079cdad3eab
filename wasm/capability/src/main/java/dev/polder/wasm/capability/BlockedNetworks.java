package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Networks that no guest reaches, whatever its manifest allows; checked against the resolved address. Immutable.
 *
 * <p>Source: {@code block_networks} of Spin's runtime configuration. Always blocked are link-local addresses (the
 * metadata services of clouds live there), multicast and the unspecified address, which is another name of loopback.
 */
public final class BlockedNetworks {

    /** Only what is always blocked. */
    public static final BlockedNetworks DEFAULT = new BlockedNetworks(List.of(), List.of(), false);

    private final List<IpNetwork> networks;
    private final List<IpNetwork> exceptions;
    private final boolean privateToo;

    private BlockedNetworks(List<IpNetwork> networks, List<IpNetwork> exceptions, boolean privateToo) {
        this.networks = networks;
        this.exceptions = exceptions;
        this.privateToo = privateToo;
    }

    /**
     * Reads a list.
     *
     * @param entries addresses, networks ({@code 10.0.0.0/8}), or the word {@code private} for all that are not global
     * @throws Problem INVALID
     */
    public static BlockedNetworks of(List<String> entries) {
        return new BlockedNetworks(
                entries.stream()
                        .filter(entry -> !entry.equals("private"))
                        .map(IpNetwork::parse)
                        .toList(),
                List.of(),
                entries.contains("private"));
    }

    /**
     * The same, but these are within reach, whatever else is said of them.
     *
     * @param entries addresses or networks
     * @throws Problem INVALID
     */
    public BlockedNetworks except(List<String> entries) {
        return new BlockedNetworks(
                networks, entries.stream().map(IpNetwork::parse).toList(), privateToo);
    }

    /** Whether an address is out of reach. */
    public boolean blocks(InetAddress address) {
        InetAddress plain = withoutIpv4InIpv6(address);
        if (exceptions.stream().anyMatch(network -> network.contains(plain))) {
            return false;
        }
        if (plain.isAnyLocalAddress() || plain.isLinkLocalAddress() || plain.isMulticastAddress()) {
            return true;
        }
        if (privateToo && isPrivate(plain)) {
            return true;
        }
        return networks.stream().anyMatch(network -> network.contains(plain));
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        if (address.isLoopbackAddress() || address.isSiteLocalAddress()) {
            return true;
        }
        return bytes.length == 4
                ? first == 0 || first >= 240 || (first == 100 && (bytes[1] & 0xc0) == 64) // this net, reserved, CGNAT
                : (first & 0xfe) == 0xfc; // unique local
    }

    /** The IPv4 address in {@code ::a.b.c.d} and in {@code 64:ff9b::a.b.c.d}, else the address itself. */
    private static InetAddress withoutIpv4InIpv6(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return address;
        }
        byte[] bytes = address.getAddress();
        boolean translated =
                bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b;
        for (int i = translated ? 4 : 0; i < 12; i++) {
            if (bytes[i] != 0) {
                return address;
            }
        }
        try {
            return InetAddress.getByAddress(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
