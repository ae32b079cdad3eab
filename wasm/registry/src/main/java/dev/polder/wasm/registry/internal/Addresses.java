package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.RegistryOptions.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be asked. Plain HTTP only to loopback, or when it was asked for; never from TLS back to plain
 * HTTP, wherever a registry points; credentials only to the registry itself.
 *
 * @param base the registry's own address, without a path
 */
record Addresses(URI base, Transport transport) {

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]");

    /** @param host host and port */
    static Addresses of(String host, Transport transport) {
        boolean plain = switch (transport) {
            case PLAIN -> true;
            case TLS -> false;
            case AUTO -> isLoopback(URI.create("http://" + host));
        };
        return new Addresses(URI.create((plain ? "http://" : "https://") + host), transport);
    }

    /**
     * An address that the registry gave in a header.
     *
     * @param from the address whose answer it stood in
     */
    URI resolve(URI from, String location, String header) {
        URI to;
        try {
            to = from.resolve(new URI(location.strip()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw refused(header, from, "not a URI", "an http or https address", e);
        }
        String scheme = String.valueOf(to.getScheme());
        if (to.getHost() == null || to.getRawUserInfo() != null || !scheme.matches("https?")) {
            throw refused(header, from, "\"" + shown(to) + "\"", "an http or https address with a host", null);
        }
        boolean plainAllowed = transport == Transport.PLAIN || (base.getScheme().equals("http") && isLoopback(to));
        if (scheme.equals("http") && !plainAllowed) {
            throw refused(header, from, shown(to), "https, since plain HTTP was not asked for", null);
        }
        return to;
    }

    /** Whether an address is the registry's own, so that credentials may go there. */
    boolean isOwn(URI uri) {
        return Objects.equals(uri.getScheme(), base.getScheme())
                && base.getHost().equalsIgnoreCase(String.valueOf(uri.getHost()))
                && port(uri) == port(base);
    }

    /** An address without its query, which may hold a signature. */
    static String shown(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority() + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    private static boolean isLoopback(URI uri) {
        return LOOPBACK.matcher(String.valueOf(uri.getHost())).matches();
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equals(uri.getScheme()) ? 443 : 80;
    }

    private static Problem refused(String header, URI from, String found, String expected, @Nullable Throwable cause) {
        return new Problem(
                Problem.Code.BAD_UPSTREAM,
                Problem.WhoFailed.UPSTREAM,
                false,
                shown(from) + " answered with " + header + ": " + Answer.printable(found) + " (expected: " + expected
                        + ")",
                null,
                cause);
    }
}
