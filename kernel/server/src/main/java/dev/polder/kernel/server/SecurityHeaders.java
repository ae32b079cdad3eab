package dev.polder.kernel.server;

import com.linecorp.armeria.server.ServerBuilder;

/** Response headers that tell a browser to trust only this origin; on every answer. */
final class SecurityHeaders {

    /**
     * Scripts, fonts and connections only from here. Inline styles are allowed because the interface's component
     * library and code editor write style elements at run time; a style cannot run code.
     */
    private static final String CONTENT_POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
                    + "form-action 'self'; frame-ancestors 'none'";

    private SecurityHeaders() {}

    static void addTo(ServerBuilder server, boolean tls) {
        server.setHeader("content-security-policy", CONTENT_POLICY)
                .setHeader("x-content-type-options", "nosniff")
                .setHeader("x-frame-options", "DENY")
                .setHeader("referrer-policy", "no-referrer")
                .setHeader("cross-origin-opener-policy", "same-origin")
                .setHeader("cross-origin-resource-policy", "same-origin");
        if (tls) {
            server.setHeader("strict-transport-security", "max-age=31536000");
        }
    }
}
