package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.PathMatch;
import dev.polder.mesh.config.PathModifier;
import dev.polder.mesh.proxy.internal.http.Head;
import org.jspecify.annotations.Nullable;

/** Where a redirect leads. Source: {@code HTTPRequestRedirectFilter} of Gateway API v1. */
final class Redirects {

    private Redirects() {}

    static String location(
            HttpFilter.Redirect redirect,
            RequestView view,
            Head head,
            PathMatch matched,
            boolean secure,
            int listenerPort) {
        String scheme = redirect.scheme() != null ? redirect.scheme() : secure ? "https" : "http";
        String host = redirect.hostname() != null ? redirect.hostname() : view.host();
        PathModifier modifier = redirect.path();
        String path = modifier == null ? view.path() : modifier.apply(view.path(), matched);
        int port = redirect.port();
        if (port == 0) {
            port = redirect.scheme() != null ? wellKnown(scheme) : askedPort(head.host(), listenerPort);
        }
        return scheme + "://" + host + (port == wellKnown(scheme) ? "" : ":" + port) + path + view.query();
    }

    private static int wellKnown(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /** The port the client used; it differs from the listener's when ports are shifted or mapped. */
    private static int askedPort(@Nullable String host, int listenerPort) {
        if (host == null) {
            return listenerPort;
        }
        int colon = host.lastIndexOf(':');
        if (colon < 0 || host.indexOf(']', colon) >= 0) {
            return listenerPort;
        }
        try {
            return Integer.parseInt(host.substring(colon + 1));
        } catch (NumberFormatException e) {
            return listenerPort;
        }
    }
}
