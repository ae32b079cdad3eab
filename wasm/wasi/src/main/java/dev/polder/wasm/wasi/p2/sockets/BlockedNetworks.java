package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.List;

/**
 * Networks that no guest reaches, whatever its manifest allows; checked against the resolved address. Immutable.
 *
 * <p>Source: {@code block_networks} of Spin's runtime configuration. Always blocked are link-local addresses (the
 * metadata services of clouds live there), multicast, the unspecified address, which is another name of loopback, and
 * what is reserved.
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
        InetAddress inner = AddressKind.innermost(address);
        if (exceptions.stream().anyMatch(network -> network.contains(inner))) {
            return false;
        }
        AddressKind kind = AddressKind.of(AddressKind.plain(address));
        if (kind == AddressKind.LINK_LOCAL || kind == AddressKind.OTHER || (privateToo && kind != AddressKind.PUBLIC)) {
            return true;
        }
        return networks.stream().anyMatch(network -> network.contains(inner));
    }
}
