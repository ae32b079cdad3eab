package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a component may call: its {@code allowed_outbound_hosts} with all templates resolved. Immutable.
 *
 * <p>Source: Spin's outbound networking. A name is matched as written, not by the addresses it resolves to; what address
 * may be connected to besides is the matter of {@link BlockedNetworks}.
 */
public final class AllowedHosts {

    /** The suffix of the names by which the components of an app call each other. */
    public static final String INTERNAL = ".spin.internal";

    /** Nothing is allowed. */
    public static final AllowedHosts NONE = new AllowedHosts(List.of());

    private final List<HostPattern> patterns;

    private AllowedHosts(List<HostPattern> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** What is wrong with a pattern as a manifest has it, or null. What a template will hold is not known yet. */
    public static @Nullable String fault(String pattern) {
        try {
            if (Template.parse(pattern).isLiteral()) {
                var _ = HostPattern.parse(pattern, shortened(pattern));
            }
            return null;
        } catch (Problem e) {
            return e.detail();
        }
    }

    /**
     * Resolves patterns. One that is empty or only a scheme after its variables are put in allows nothing: so an endpoint
     * can be optional.
     *
     * @param components the ids that <code>*.spin.internal</code> stands for
     * @throws Problem INVALID that shows the template, never a value
     */
    public static AllowedHosts of(List<String> patterns, Variables variables, Collection<String> components) {
        List<HostPattern> resolved = new ArrayList<>();
        for (String pattern : patterns) {
            Template template = Template.parse(pattern);
            String text = variables.render(template);
            boolean absent = text.isEmpty() || text.equals("http://") || text.equals("https://");
            if (!template.isLiteral() && absent) {
                continue;
            }
            HostPattern parsed = HostPattern.parse(text, shortened(pattern));
            if (parsed.host() instanceof HostPattern.Subdomains(String suffix) && suffix.equals(INTERNAL)) {
                for (String component : components) {
                    resolved.add(new HostPattern(
                            parsed.scheme(),
                            new HostPattern.Name(component + INTERNAL),
                            parsed.fromPort(),
                            parsed.toPort()));
                }
            } else {
                resolved.add(parsed);
            }
        }
        return new AllowedHosts(resolved);
    }

    /**
     * Whether a call is allowed.
     *
     * @param scheme in lower case
     * @param host a name or an address, an IPv6 address with or without brackets
     * @param port a negative one stands for the usual port of the scheme
     */
    public boolean allows(String scheme, String host, int port) {
        int wanted = port >= 0 ? port : defaultPort(scheme).orElse(-1);
        if (wanted < 0 || wanted >= HostPattern.PORTS) {
            return false;
        }
        String name = normalized(host);
        InetAddress address = literal(name);
        return patterns.stream().anyMatch(pattern -> pattern.allows(scheme, name, address, wanted));
    }

    /** Whether the app's own routes may be called, by a URL without host: {@code http://self}. */
    public boolean allowsSelf(String scheme) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.allowsScheme(scheme)
                        && (pattern.host() instanceof HostPattern.Self || pattern.host() instanceof HostPattern.Any));
    }

    /** The component that a name such as {@code cart.spin.internal} stands for, or null when it is none of these. */
    public static @Nullable String internalComponent(String host) {
        String name = normalized(host);
        return name.endsWith(INTERNAL) && name.length() > INTERNAL.length()
                ? name.substring(0, name.length() - INTERNAL.length())
                : null;
    }

    /** The usual port of the schemes that Spin knows, and of their variants over TLS. */
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

    /** The address that a text is, without asking any name server; null for a name. */
    static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String normalized(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            return name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
