package dev.polder.mesh.proxy;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request to a workload in this process: its head, and the body to come.
 *
 * @param method as sent, case-sensitive
 * @param path the request target in origin form, query included
 * @param headers in order of arrival; hop-by-hop headers are removed, {@code Host} is kept
 * @param body arrives as it is demanded; a request without one has an empty body
 * @param authority the {@code Host} the client asked for
 * @param remoteAddress the address the tunnel came from
 * @param peer the verified identity of the caller
 */
public record LocalRequest(
        String method,
        String path,
        List<HttpHeader> headers,
        HttpBody body,
        String authority,
        @Nullable InetSocketAddress remoteAddress,
        SpiffeId peer) {

    /** The first header of that name, compared without case. */
    public Optional<String> header(String name) {
        for (HttpHeader header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }
}
