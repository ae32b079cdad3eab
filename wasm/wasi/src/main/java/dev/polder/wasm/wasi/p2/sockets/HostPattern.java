package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and ports that a guest may use, one entry of {@code allowed_outbound_hosts}: {@code scheme://host[:port]}. The
 * scheme may be {@code *}; the host {@code *}, {@code self} (the app's own routes), {@code *.example.com}, a name, an
 * address ({@code [::1]} in brackets) or a network ({@code 10.0.0.0/8}, {@code [fd00::]/8}); the port {@code *}, a number
 * or {@code from..to} without the last one. Without a port it is the usual one of the scheme, and any for {@code tcp} and
 * {@code udp}; other schemes need one. Immutable. Source: Spin's outbound networking.
 */
public final class HostPattern {

    /** Which hosts. */
    private sealed interface Host {

        record Any() implements Host {}

        record Self() implements Host {}

        /** The suffix begins with a dot. */
        record Subdomains(String suffix) implements Host {}

        /** In small letters. */
        record Name(String name) implements Host {}

        record Network(IpNetwork network) implements Host {}
    }

    private static final int PORTS = 65_536;
    private static final int SHOWN = 80;
    private static final String EXPECTED =
            " (expected: scheme://host[:port], for example https://*.example.com or tcp://10.0.0.0/8:5432)";
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,30}");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?){0,126}");

    private final @Nullable String scheme;
    private final Host host;
    private final int fromPort;
    private final int toPort;

    /** @param toPort the port after the last one */
    private HostPattern(@Nullable String scheme, Host host, int fromPort, int toPort) {
        this.scheme = scheme;
        this.host = host;
        this.fromPort = fromPort;
        this.toPort = toPort;
    }

    /** @throws Problem INVALID that quotes the pattern */
    public static HostPattern parse(String pattern) {
        return parse(pattern, pattern);
    }

    /**
     * Reads a pattern whose text may hold values that nobody is to see.
     *
     * @param shown stands for it in messages
     * @throws Problem INVALID
     */
    public static HostPattern parse(String pattern, String shown) {
        String quoted = "host pattern: \"" + (shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown) + "\"";
        String text = pattern.strip();
        int end = text.indexOf("://");
        if (end <= 0) {
            throw invalid(quoted);
        }
        String scheme = text.substring(0, end).toLowerCase(Locale.ROOT);
        if (!scheme.equals("*") && !SCHEME.matcher(scheme).matches()) {
            throw invalid(quoted + ": the scheme");
        }
        String rest = text.substring(end + 3);
        if (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int colon = portColon(rest);
        Host host = host((colon < 0 ? rest : rest.substring(0, colon)).toLowerCase(Locale.ROOT), quoted);
        String port = colon < 0 ? "" : rest.substring(colon + 1);
        String known = scheme.equals("*") ? null : scheme;
        if (port.equals("*")) {
            return new HostPattern(known, host, 0, PORTS);
        }
        if (port.isEmpty()) {
            OptionalInt usual = defaultPort(scheme);
            boolean any = host instanceof Host.Self || scheme.equals("tcp") || scheme.equals("udp");
            if (usual.isEmpty() && !any) {
                throw invalid(quoted + ": no port, and " + scheme + " has no usual one");
            }
            return usual.isEmpty()
                    ? new HostPattern(known, host, 0, PORTS)
                    : new HostPattern(known, host, usual.getAsInt(), usual.getAsInt() + 1);
        }
        int dots = port.indexOf("..");
        int from = port(dots < 0 ? port : port.substring(0, dots), quoted);
        int to = dots < 0 ? from + 1 : port(port.substring(dots + 2), quoted);
        if (to <= from) {
            throw invalid(quoted + ": an empty range of ports");
        }
        return new HostPattern(known, host, from, to);
    }

    private static Problem invalid(String what) {
        return Problem.invalid(what + EXPECTED);
    }

    /** Where the port begins: after the bracket of an IPv6 address, or at the only colon. */
    private static int portColon(String rest) {
        int bracket = rest.lastIndexOf(']');
        int colon = rest.indexOf(':', bracket + 1);
        return bracket < 0 && colon >= 0 && rest.indexOf(':', colon + 1) >= 0 ? -1 : colon;
    }

    private static Host host(String text, String quoted) {
        if (text.equals("*")) {
            return new Host.Any();
        }
        if (text.equals("self") || text.equals("self.alt")) {
            return new Host.Self();
        }
        int bracket = text.indexOf(']');
        String bare =
                text.startsWith("[") && bracket > 0 ? text.substring(1, bracket) + text.substring(bracket + 1) : text;
        if (text.contains("/") || literal(bare).isPresent()) {
            try {
                return new Host.Network(IpNetwork.parse(bare));
            } catch (Problem e) {
                throw invalid(quoted + ": no path and no such network");
            }
        }
        boolean wild = text.startsWith("*.");
        String name = wild ? text.substring(2) : text;
        if (name.length() > 253 || !NAME.matcher(name).matches()) {
            throw invalid(quoted + ": the host");
        }
        return wild ? new Host.Subdomains("." + name) : new Host.Name(name);
    }

    private static int port(String text, String quoted) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Integer.parseInt(text) >= PORTS) {
            throw invalid(quoted + ": the port is none of 0 to 65535, a range from..to, or *");
        }
        return Integer.parseInt(text);
    }

    /** The usual port of a scheme. */
    public static OptionalInt defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> OptionalInt.of(80);
            case "https" -> OptionalInt.of(443);
            case "postgres", "postgresql" -> OptionalInt.of(5432);
            case "mysql" -> OptionalInt.of(3306);
            case "redis", "rediss" -> OptionalInt.of(6379);
            case "mqtt" -> OptionalInt.of(1883);
            case "mqtts" -> OptionalInt.of(8883);
            case "nats" -> OptionalInt.of(4222);
            default -> OptionalInt.empty();
        };
    }

    /** The address that a host's name is, when it is one. Looks nothing up. */
    static Optional<InetAddress> literal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        boolean maybe = bare.indexOf(':') >= 0 || bare.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        if (!maybe) {
            return Optional.empty();
        }
        try {
            return Optional.of(AddressKind.plain(InetAddress.ofLiteral(bare)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A host's name in the form that is compared: small letters, no dot at its end. */
    static String normal(String host) {
        String small = host.toLowerCase(Locale.ROOT);
        return small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
    }

    /**
     * This one, or when its host is {@code *} and a suffix, one for each name under it.
     *
     * @param suffix begins with a dot
     * @param labels what stands in front of the suffix
     */
    List<HostPattern> expanded(String suffix, List<String> labels) {
        return host instanceof Host.Subdomains(String own) && own.equals(suffix)
                ? labels.stream()
                        .map(label -> new HostPattern(scheme, new Host.Name(label + suffix), fromPort, toPort))
                        .toList()
                : List.of(this);
    }

    boolean isScheme(String wanted) {
        return scheme == null || scheme.equals(wanted);
    }

    boolean isSelf() {
        return host instanceof Host.Self;
    }

    /** Whether it lets a host pass by what it is called; an address is no subdomain. */
    boolean matchesName(String wanted) {
        String name = normal(wanted);
        return switch (host) {
            case Host.Any() -> true;
            case Host.Self(), Host.Network _ -> false;
            case Host.Subdomains(String suffix) -> name.endsWith(suffix) && name.length() > suffix.length();
            case Host.Name(String own) -> own.equals(name);
        };
    }

    /** Whether it names this address itself, or a network that it is in. */
    boolean matchesAddress(InetAddress address) {
        return host instanceof Host.Network(IpNetwork network) && network.contains(address);
    }

    boolean matchesAny() {
        return host instanceof Host.Any;
    }

    boolean allows(String wantedScheme, int port) {
        return isScheme(wantedScheme) && port >= fromPort && port < toPort;
    }

    boolean isForSockets() {
        return isScheme("tcp") || isScheme("udp");
    }

    /** Whether it means the machine itself by name. */
    boolean isLocalhost() {
        return host instanceof Host.Name(String name) && name.equals("localhost");
    }
}
