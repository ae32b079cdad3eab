package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the sockets of one instance may do. An address that a name led to may be connected to under the patterns of that
 * name: the very address that was checked. Used by the guest's thread.
 */
public final class SocketGrants {

    private static final int REMEMBERED = 1_024;

    private final GuestIo io;
    private final OutboundPolicy outbound;
    private final List<HostPattern> listen;
    private final Loopback loopback;
    private final NameResolver resolver;
    private final int maxSockets;
    private final Map<InetAddress, List<HostPattern>> found = new LinkedHashMap<>();
    private int sockets;

    /**
     * @param listen addresses and ports that may be bound
     * @param loopback what 127.0.0.1 is for the guest
     * @param maxSockets sockets open at a time
     */
    public SocketGrants(
            GuestIo io,
            OutboundPolicy outbound,
            List<HostPattern> listen,
            Loopback loopback,
            NameResolver resolver,
            int maxSockets) {
        this.io = io;
        this.outbound = outbound;
        this.listen = List.copyOf(listen);
        this.loopback = loopback;
        this.resolver = resolver;
        this.maxSockets = maxSockets;
    }

    GuestIo io() {
        return io;
    }

    OutboundPolicy outbound() {
        return outbound;
    }

    Loopback loopback() {
        return loopback;
    }

    NameResolver resolver() {
        return resolver;
    }

    /** Counts one more socket; false when there are too many. */
    boolean open() {
        io.checkRoom();
        if (sockets >= maxSockets) {
            io.refused(GuestLimit.SOCKETS);
            return false;
        }
        sockets++;
        return true;
    }

    void closed() {
        sockets--;
    }

    /** The first pattern that lets a name lead to an address; remembered for {@link #mayConnect}. */
    Optional<InetAddress> admit(List<HostPattern> patterns, InetAddress address) {
        List<HostPattern> permitting = patterns.stream()
                .filter(pattern -> outbound.permits(pattern, address))
                .toList();
        if (permitting.isEmpty()) {
            return Optional.empty();
        }
        found.remove(address);
        found.put(address, permitting);
        if (found.size() > REMEMBERED) {
            found.remove(found.keySet().iterator().next());
        }
        return Optional.of(address);
    }

    /** @param scheme {@code tcp} or {@code udp} */
    boolean mayConnect(String scheme, InetSocketAddress to) {
        InetAddress address = AddressKind.plain(to.getAddress());
        boolean byAddress = outbound.forAddress(address).stream()
                .filter(pattern -> !address.equals(loopback.machine()) || pattern.matchesAddress(address))
                .anyMatch(pattern -> pattern.allows(scheme, to.getPort()) && outbound.permits(pattern, address));
        return byAddress
                || found.getOrDefault(address, List.of()).stream()
                        .anyMatch(pattern -> pattern.allows(scheme, to.getPort()));
    }

    boolean mayBind(String scheme, InetSocketAddress at) {
        InetAddress address = AddressKind.plain(at.getAddress());
        return listen.stream()
                .anyMatch(pattern -> pattern.allows(scheme, at.getPort())
                        && (pattern.matchesAny() || pattern.matchesAddress(address)));
    }
}
