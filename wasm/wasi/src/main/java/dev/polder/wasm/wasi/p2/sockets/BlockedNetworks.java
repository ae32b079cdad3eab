package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Networks that no guest reaches, whatever its manifest allows; checked against the resolved address. Immutable.
 *
 * <p>Source: {@code block_networks} of Spin's runtime configuration. Always blocked are link-local addresses and the
 * other ones at which clouds answer for their machines' credentials, multicast, the unspecified address, which is another
 * name of loopback, and what is reserved.
 */
public final class BlockedNetworks {

    /** Only what is always blocked. */
    public static final BlockedNetworks DEFAULT = new BlockedNetworks(List.of(), List.of(), false);

    /** Azure, Alibaba Cloud, AWS, Google Cloud, Oracle Cloud; all others are link-local. */
    private static final Set<InetAddress> METADATA = Stream.of(
                    "169.254.169.254",
                    "168.63.129.16",
                    "100.100.100.200",
                    "fd00:ec2::254",
                    "fd20:ce::254",
                    "fd00:c1::a9fe:a9fe")
            .map(InetAddress::ofLiteral)
            .collect(Collectors.toUnmodifiableSet());

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
     * The same, but these are within reach, unless the list names them. A metadata service is when its very address is
     * among them.
     *
     * @param entries addresses or networks
     * @throws Problem INVALID
     */
    public BlockedNetworks except(List<String> entries) {
        return new BlockedNetworks(
                networks, entries.stream().map(IpNetwork::parse).toList(), privateToo);
    }

    /** The same, but what of these is link-local or a metadata service is within reach. */
    BlockedNetworks opening(List<IpNetwork> opened) {
        return new BlockedNetworks(
                networks,
                opened.stream()
                        .filter(network ->
                                network.isLinkLocal() || METADATA.stream().anyMatch(network::isOnly))
                        .toList(),
                privateToo);
    }

    /** Whether an address is out of reach. */
    public boolean blocks(InetAddress address) {
        InetAddress inner = AddressKind.innermost(address);
        if (networks.stream().anyMatch(network -> network.contains(inner))) {
            return true;
        }
        if (METADATA.contains(inner)) {
            return exceptions.stream().noneMatch(network -> network.isOnly(inner));
        }
        if (exceptions.stream().anyMatch(network -> network.contains(inner))) {
            return false;
        }
        AddressKind kind = AddressKind.of(AddressKind.plain(address));
        return kind == AddressKind.LINK_LOCAL
                || kind == AddressKind.OTHER
                || (privateToo && kind != AddressKind.PUBLIC);
    }
}
