package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a guest may connect to, whatever it speaks. Two things are checked, and before any packet: the host and port by
 * the allow-list, and the address that will be connected to. So a name that resolves to the machine itself or its private
 * network, at once or only the next time, leads nowhere: addresses are looked up once, checked, and those are connected
 * to. Immutable.
 *
 * <p>An address that is not public is let pass when its {@link AddressKind} is granted, when the {@link NetworkRules}
 * open it, when a pattern for the same scheme and port names it or its network, or, for loopback, when the pattern is
 * {@code localhost}; never when it is {@linkplain BlockedNetworks blocked}.
 */
public final class OutboundPolicy {

    private final List<HostPattern> patterns;
    private final Set<AddressKind> granted;
    private final NetworkRules rules;

    private OutboundPolicy(List<HostPattern> patterns, Set<AddressKind> granted, NetworkRules rules) {
        this.patterns = List.copyOf(patterns);
        this.granted = granted;
        this.rules = rules;
    }

    /** Nowhere. */
    public static OutboundPolicy none() {
        return ofParsed(List.of());
    }

    /** Where the patterns say, public addresses only; INVALID when one is none. */
    public static OutboundPolicy of(List<String> patterns) {
        return ofParsed(patterns.stream().map(HostPattern::parse).toList());
    }

    /** Where the patterns say, public addresses only. */
    public static OutboundPolicy ofParsed(List<HostPattern> patterns) {
        return new OutboundPolicy(patterns, EnumSet.of(AddressKind.PUBLIC), NetworkRules.DEFAULT);
    }

    /** Lets names lead to addresses of these kinds too. */
    public OutboundPolicy withAddresses(Set<AddressKind> kinds) {
        EnumSet<AddressKind> more = EnumSet.copyOf(granted);
        more.addAll(kinds);
        return new OutboundPolicy(patterns, more, rules);
    }

    /** Under the operator's rules, which are stronger than the patterns. */
    public OutboundPolicy under(NetworkRules operators) {
        return new OutboundPolicy(patterns, granted, operators);
    }

    /** A pattern whose host is {@code *} and the suffix stands for the names of these labels under it, and no others. */
    public OutboundPolicy expanding(String suffix, List<String> labels) {
        return new OutboundPolicy(
                patterns.stream()
                        .flatMap(pattern -> pattern.expanded(suffix, labels).stream())
                        .toList(),
                granted,
                rules);
    }

    /**
     * The pattern that lets a host by name or address pass, if one does.
     *
     * @param scheme in small letters
     * @param host a name or an address, an IPv6 address with or without brackets
     * @param port a negative one stands for the usual port of the scheme
     */
    public Optional<HostPattern> find(String scheme, String host, int port) {
        int wanted = port >= 0 ? port : HostPattern.defaultPort(scheme).orElse(-1);
        Optional<InetAddress> literal = HostPattern.literal(host);
        return patterns.stream()
                .filter(pattern -> pattern.allows(scheme, wanted))
                .filter(pattern -> literal.isPresent()
                        ? pattern.matchesAny() || pattern.matchesAddress(literal.get())
                        : pattern.matchesName(host))
                .findFirst();
    }

    /** Whether the app's own routes may be called, by a URL without host: {@code http://self}. */
    public boolean allowsSelf(String scheme) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.isScheme(scheme) && (pattern.isSelf() || pattern.matchesAny()));
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
        return !rules.blocked().blocks(plain)
                && (granted.contains(kind)
                        || rules.opens(plain)
                        || pattern.matchesAddress(plain)
                        || (pattern.isLocalhost() && kind == AddressKind.LOOPBACK));
    }

    /** The same for a host that a pattern lets pass; another pattern for this scheme and port may name the address. */
    public boolean permits(String scheme, String host, int port, InetAddress address) {
        InetAddress plain = AddressKind.plain(address);
        return find(scheme, host, port)
                .filter(pattern -> permits(pattern, plain)
                        || patterns.stream()
                                .anyMatch(other -> other.allows(scheme, port)
                                        && other.matchesAddress(plain)
                                        && permits(other, plain)))
                .isPresent();
    }

    /**
     * Where a connection may go: looks the host up once.
     *
     * @return one or more addresses, all checked
     * @throws Problem FORBIDDEN before any packet when the host is not allowed, or when none of its addresses is;
     *     UNAVAILABLE when the name is not known
     */
    public List<InetAddress> resolve(String scheme, String host, int port, NameResolver resolver) {
        String shown = scheme + "://" + host + ":" + port;
        if (find(scheme, host, port).isEmpty()) {
            throw forbidden(shown + " is not allowed (expected: a host of allowed_outbound_hosts)");
        }
        List<InetAddress> all;
        try {
            all = resolver.resolveOrParse(host);
        } catch (UnknownHostException e) {
            throw Problem.unavailable(shown + ": no such host", e);
        }
        List<InetAddress> permitted = all.stream()
                .filter(address -> permits(scheme, host, port, address))
                .toList();
        if (permitted.isEmpty()) {
            throw forbidden(
                    all.stream().allMatch(rules.blocked()::blocks)
                            ? shown + " is in a blocked network"
                            : shown
                                    + " leads to no address that may be connected to (expected: a public one, or one that"
                                    + " allowed_outbound_hosts names itself or by its network)");
        }
        return permitted;
    }

    private static Problem forbidden(String detail) {
        return new Problem(Problem.Code.FORBIDDEN, Problem.WhoFailed.GUEST, false, detail, null, null);
    }
}
