package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code allowed_outbound_hosts}: {@code scheme://host:port}, where scheme, host and port may be {@code *}.
 *
 * @param scheme null for any
 * @param fromPort first port
 * @param toPort the port after the last one, as in Spin's {@code from..to}
 */
record HostPattern(@Nullable String scheme, Host host, int fromPort, int toPort) {

    /** Which hosts. */
    sealed interface Host {}

    /** {@code *} */
    record Any() implements Host {}

    /** {@code self}: the app's own routes. */
    record Self() implements Host {}

    /** {@code *.example.com}; the suffix begins with a dot. */
    record Subdomains(String suffix) implements Host {}

    /** A name in lower case. */
    record Name(String name) implements Host {}

    /** An address or a block of them. */
    record Network(IpNetwork network) implements Host {}

    static final int PORTS = 65_536;

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,30}");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?){0,126}");
    private static final String EXPECTED = " (expected: scheme://host[:port], for example https://*.example.com)";

    /** @throws Problem INVALID that quotes the pattern as {@code shown}, which hides values of secrets */
    static HostPattern parse(String pattern, String shown) {
        String text = pattern.strip();
        int end = text.indexOf("://");
        if (end <= 0) {
            throw Problem.invalid("\"" + shown + "\"" + EXPECTED);
        }
        String scheme = text.substring(0, end).toLowerCase(Locale.ROOT);
        if (!scheme.equals("*") && !SCHEME.matcher(scheme).matches()) {
            throw Problem.invalid("\"" + shown + "\": the scheme" + EXPECTED);
        }
        String rest = text.substring(end + 3);
        if (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int colon = portColon(rest);
        String hostText = colon < 0 ? rest : rest.substring(0, colon);
        String portText = colon < 0 ? "" : rest.substring(colon + 1);
        Host host = host(hostText.toLowerCase(Locale.ROOT), shown);
        int from = 0;
        int to = PORTS;
        if (portText.isEmpty()) {
            OptionalInt known = AllowedHosts.defaultPort(scheme);
            if (known.isEmpty() && !(host instanceof Self)) {
                throw Problem.invalid("\"" + shown + "\": no port, and " + scheme
                        + " has no usual one (expected: scheme://host:port)");
            }
            from = known.orElse(0);
            to = known.isPresent() ? from + 1 : PORTS;
        } else if (!portText.equals("*")) {
            int dots = portText.indexOf("..");
            from = port(dots < 0 ? portText : portText.substring(0, dots), shown);
            to = dots < 0 ? from + 1 : port(portText.substring(dots + 2), shown);
            if (to <= from) {
                throw Problem.invalid("\"" + shown + "\": an empty range of ports (expected: from..to, without to)");
            }
        }
        return new HostPattern(scheme.equals("*") ? null : scheme, host, from, to);
    }

    /** Where the port begins: after the bracket of an IPv6 address, or at the only colon. */
    private static int portColon(String rest) {
        int bracket = rest.lastIndexOf(']');
        int colon = rest.indexOf(':', bracket + 1);
        return bracket < 0 && colon >= 0 && rest.indexOf(':', colon + 1) >= 0 ? -1 : colon;
    }

    private static Host host(String text, String shown) {
        if (text.equals("*")) {
            return new Any();
        }
        if (text.equals("self") || text.equals("self.alt")) {
            return new Self();
        }
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (text.contains("/") || AllowedHosts.literal(bare) != null) {
            try {
                return new Network(IpNetwork.parse(bare));
            } catch (Problem e) {
                throw Problem.invalid("\"" + shown + "\": no path and no such network" + EXPECTED);
            }
        }
        boolean wild = text.startsWith("*.");
        String name = wild ? text.substring(2) : text;
        if (name.length() > 253 || !NAME.matcher(name).matches()) {
            throw Problem.invalid("\"" + shown + "\": the host" + EXPECTED);
        }
        return wild ? new Subdomains("." + name) : new Name(name);
    }

    private static int port(String text, String shown) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port < PORTS) {
                return port;
            }
        } catch (NumberFormatException e) {
            // the message below says all of it
        }
        throw Problem.invalid("\"" + shown + "\": the port (expected: 0 to 65535, a range from..to, or *)");
    }

    boolean allowsScheme(String wanted) {
        return scheme == null || scheme.equals(wanted);
    }

    /** @param address what {@code name} is when it is an address, else null */
    boolean allows(String wantedScheme, String name, @Nullable InetAddress address, int port) {
        return allowsScheme(wantedScheme)
                && port >= fromPort
                && port < toPort
                && switch (host) {
                    case Any() -> true;
                    case Self() -> false;
                    case Subdomains(String suffix) -> address == null && name.endsWith(suffix);
                    case Name(String own) -> own.equals(name);
                    case Network(IpNetwork network) -> address != null && network.contains(address);
                };
    }
}
