package dev.polder.wasm.wasi.p2.sockets;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a guest may connect to. Two things are checked, and before any packet: the host and port by the allow-list, and
 * the address that will be connected to by its {@link AddressKind}. So a name that resolves to the machine itself or its
 * private network, at once or only the next time, leads nowhere: addresses are looked up once, checked, and those are
 * connected to.
 *
 * <p>An address that is not public is let pass when its kind is granted, when a pattern names it or its network, or, for
 * loopback, when the pattern is {@code localhost}.
 */
public final class OutboundPolicy {

    private final List<HostPattern> patterns;
    private final Set<AddressKind> granted;

    private OutboundPolicy(List<HostPattern> patterns, Set<AddressKind> granted) {
        this.patterns = List.copyOf(patterns);
        this.granted = granted;
    }

    /** Nowhere. */
    public static OutboundPolicy none() {
        return new OutboundPolicy(List.of(), EnumSet.of(AddressKind.PUBLIC));
    }

    /** Where the patterns say, public addresses only; INVALID when one is none. */
    public static OutboundPolicy of(List<String> patterns) {
        return new OutboundPolicy(patterns.stream().map(HostPattern::parse).toList(), EnumSet.of(AddressKind.PUBLIC));
    }

    /** Lets names lead to addresses of these kinds too. */
    public OutboundPolicy withAddresses(Set<AddressKind> kinds) {
        EnumSet<AddressKind> more = EnumSet.copyOf(granted);
        more.addAll(kinds);
        return new OutboundPolicy(patterns, more);
    }

    /** The pattern that lets a host by name or address pass, if one does. */
    public Optional<HostPattern> find(String scheme, String host, int port) {
        Optional<InetAddress> literal = HostPattern.literal(host);
        return patterns.stream()
                .filter(pattern -> pattern.allows(scheme, port))
                .filter(pattern ->
                        pattern.matchesName(host) || (literal.isPresent() && pattern.matchesAddress(literal.get())))
                .findFirst();
    }

    /** The patterns under which a name may be looked up for sockets. */
    List<HostPattern> forLookup(String name) {
        return patterns.stream()
                .filter(pattern -> pattern.isForSockets() && pattern.matchesName(name))
                .toList();
    }

    /** The patterns that name an address itself, or everything. */
    List<HostPattern> forAddress(InetAddress address) {
        return patterns.stream()
                .filter(pattern -> pattern.matchesAny() || pattern.matchesAddress(address))
                .toList();
    }

    /** Whether an address that was found under a pattern may be connected to. */
    public boolean permits(HostPattern pattern, InetAddress address) {
        InetAddress plain = AddressKind.plain(address);
        AddressKind kind = AddressKind.of(plain);
        return granted.contains(kind)
                || pattern.matchesAddress(plain)
                || (pattern.isLocalhost() && kind == AddressKind.LOOPBACK);
    }
}
