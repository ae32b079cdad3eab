package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and ports that a guest may use, as in spin.toml: {@code scheme://host[:port]}. The scheme may be {@code *}; the
 * host {@code *}, {@code *.example.com}, a name, an address ({@code [::1]} in brackets) or a network ({@code
 * 10.0.0.0/8}, {@code [fd00::]/8}); the port {@code *}, a number or {@code from..to}. Without a port it is the one of
 * http or https, and any for other schemes.
 */
public final class HostPattern {

    private static final Pattern FORM = Pattern.compile("(\\*|[a-z][a-z0-9+.-]{0,30})://"
            + "(\\*|(?:\\*\\.)?[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?|\\[[0-9a-f:.]{2,45}])"
            + "(?:/([0-9]{1,3}))?(?::(\\*|([0-9]{1,5})(?:\\.\\.([0-9]{1,5}))?))?/?");

    private static final int MAX_PORT = 65_535;

    private final String text;
    private final String scheme;
    private final String host;
    private final @Nullable InetAddress network;
    private final int prefix;
    private final int fromPort;
    private final int toPort;

    private HostPattern(String text, Matcher form) {
        this.text = text;
        this.scheme = form.group(1);
        this.host = form.group(2);
        this.network = literal(host).orElse(null);
        int bits = network == null ? 0 : network.getAddress().length * 8;
        this.prefix = form.group(3) == null ? bits : Integer.parseInt(form.group(3));
        if (prefix > bits) {
            throw invalid(text);
        }
        String port = form.group(4);
        if (port == null) {
            fromPort = schemePort(scheme).orElse(0);
            toPort = schemePort(scheme).orElse(MAX_PORT);
        } else if (port.equals("*")) {
            fromPort = 0;
            toPort = MAX_PORT;
        } else {
            fromPort = Integer.parseInt(form.group(5));
            toPort = form.group(6) == null ? fromPort : Integer.parseInt(form.group(6));
        }
        if (toPort > MAX_PORT || fromPort > toPort) {
            throw invalid(text);
        }
    }

    /** Reads one; INVALID when it is none. */
    public static HostPattern parse(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw invalid(text);
        }
        return new HostPattern(text, form);
    }

    private static Problem invalid(String text) {
        return Problem.invalid("host pattern: \"" + text
                + "\" (expected: scheme://host[:port], for example https://*.example.com or tcp://10.0.0.0/8:5432)");
    }

    static Optional<Integer> schemePort(String scheme) {
        return switch (scheme) {
            case "http" -> Optional.of(80);
            case "https" -> Optional.of(443);
            default -> Optional.empty();
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

    private boolean isScheme(String wanted) {
        return scheme.equals("*") || scheme.equals(wanted);
    }

    private boolean isPort(int port) {
        return port >= fromPort && port <= toPort;
    }

    boolean matchesName(String wanted) {
        String name = normal(wanted);
        if (host.equals("*")) {
            return true;
        }
        return host.startsWith("*.") ? name.endsWith(host.substring(1)) : name.equals(host);
    }

    /** Whether it names this address itself, or a network that it is in. */
    boolean matchesAddress(InetAddress address) {
        if (network == null) {
            return false;
        }
        byte[] one = network.getAddress();
        byte[] other = address.getAddress();
        if (one.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    boolean matchesAny() {
        return host.equals("*");
    }

    boolean allows(String wantedScheme, int port) {
        return isScheme(wantedScheme) && isPort(port);
    }

    boolean isForSockets() {
        return isScheme("tcp") || isScheme("udp");
    }

    /** Whether it means the machine itself by name. */
    boolean isLocalhost() {
        return host.equals("localhost");
    }

    @Override
    public String toString() {
        return text;
    }
}
