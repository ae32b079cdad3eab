package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the operator says of networks, over the allow-lists of guests: to which that are not public a name may lead, and
 * which no guest reaches. Immutable.
 */
public final class NetworkRules {

    /** Names lead to public addresses; blocked is what {@link BlockedNetworks} always blocks. */
    public static final NetworkRules DEFAULT = of(List.of(), List.of());

    private final Set<AddressKind> kinds;
    private final List<IpNetwork> networks;
    private final BlockedNetworks blocked;

    private NetworkRules(Set<AddressKind> kinds, List<IpNetwork> networks, BlockedNetworks blocked) {
        this.kinds = kinds;
        this.networks = networks;
        this.blocked = blocked;
    }

    /**
     * Reads two lists.
     *
     * @param opened addresses, networks ({@code 10.0.0.0/8}), or the words {@code private} and {@code loopback}. Of what
     *     is always blocked a link-local network may be opened; a metadata service only by its very address
     * @param blocked as {@link BlockedNetworks#of} has it; stronger than what is opened, and than an allow-list
     * @throws Problem INVALID
     */
    public static NetworkRules of(List<String> opened, List<String> blocked) {
        Set<AddressKind> kinds = EnumSet.noneOf(AddressKind.class);
        List<String> named = opened.stream()
                .filter(entry -> {
                    switch (entry) {
                        case "private" -> kinds.add(AddressKind.PRIVATE);
                        case "loopback" -> kinds.add(AddressKind.LOOPBACK);
                        default -> {
                            return true;
                        }
                    }
                    return false;
                })
                .toList();
        List<IpNetwork> networks = named.stream().map(IpNetwork::parse).toList();
        List<IpNetwork> exceptions = blocked.contains("private") ? List.of() : networks;
        return new NetworkRules(kinds, networks, BlockedNetworks.of(blocked).opening(exceptions));
    }

    /** Whether a name may lead to an address although it is not public. */
    public boolean opens(InetAddress address) {
        InetAddress inner = AddressKind.innermost(address);
        return kinds.contains(AddressKind.of(AddressKind.plain(address)))
                || networks.stream().anyMatch(network -> network.contains(inner));
    }

    /** What is out of reach. */
    BlockedNetworks blocked() {
        return blocked;
    }
}
