package dev.polder.mesh.config.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code spec} of a Gateway. Source: Gateway API v1. */
public record GatewaySpec(String className, List<ListenerSpec> listeners) {

    /** The option of a TLS listener that names where its certificate comes from. */
    static final String ISSUER_OPTION = "polder.dev/issuer";

    /**
     * One listener as written.
     *
     * @param protocol any word; what is not served is reported in status
     * @param tlsMode {@code Terminate}, {@code Passthrough} or {@code ""} without TLS
     * @param issuer the value of the issuer option or {@code ""}
     * @param certificates kind and name of each referenced certificate
     * @param from {@code All}, {@code Same}, {@code Selector} or {@code None}
     * @param kinds allowed route kinds as {@code group/kind}; empty for the protocol's own
     */
    public record ListenerSpec(
            String name,
            @Nullable String hostname,
            int port,
            String protocol,
            String tlsMode,
            String issuer,
            List<String> certificates,
            String from,
            LabelSelector selector,
            List<String> kinds) {}

    static GatewaySpec read(Fields root) {
        Fields spec = root.only("spec").object("spec");
        spec.only("gatewayClassName", "listeners", "addresses", "infrastructure");
        String className = spec.text("gatewayClassName");
        for (String unsupported : List.of("addresses", "infrastructure")) {
            if (spec.has(unsupported)) {
                spec.wrong(unsupported, "not supported (expected: left out; the gateway's addresses are Polder's)");
            }
        }
        List<ListenerSpec> listeners = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields item : spec.objects("listeners", 64)) {
            ListenerSpec listener = listener(item);
            if (!names.add(listener.name())) {
                item.wrong("name", listener.name(), "a name that no other listener has");
            }
            listeners.add(listener);
        }
        if (listeners.isEmpty()) {
            spec.wrong("listeners", null, "at least one listener");
        }
        return new GatewaySpec(className, listeners);
    }

    private static ListenerSpec listener(Fields item) {
        item.only("name", "hostname", "port", "protocol", "tls", "allowedRoutes");
        String name = Names.section(item, "name", item.text("name"));
        String hostname = item.text("hostname", "");
        if (!hostname.isEmpty()) {
            hostname = Names.hostname(item, "hostname", hostname, true);
        }
        String protocol = item.text("protocol");
        Fields tls = item.object("tls").only("mode", "certificateRefs", "options");
        boolean wantsTls = protocol.equals("HTTPS") || protocol.equals("TLS");
        if (item.has("tls") && !wantsTls) {
            item.wrong("tls", "set on protocol " + Fields.shown(protocol) + " (expected: only with HTTPS or TLS)");
        }
        List<String> certificates = new ArrayList<>();
        for (Fields ref : tls.objects("certificateRefs", 64)) {
            ref.only("group", "kind", "namespace", "name");
            certificates.add(ref.text("kind", "Secret") + " " + ref.text("name"));
        }
        String issuer = tls.strings("options").getOrDefault(ISSUER_OPTION, "");
        String mode = wantsTls ? tls.choice("mode", "Terminate", "Terminate", "Passthrough") : "";
        if (protocol.equals("HTTPS") && certificates.isEmpty() && issuer.isEmpty()) {
            item.wrong("tls", null, "options with " + ISSUER_OPTION + ": mesh-ca");
        }
        Fields allowed = item.object("allowedRoutes").only("namespaces", "kinds");
        Fields namespaces = allowed.object("namespaces").only("from", "selector");
        String from = namespaces.choice("from", "Same", "All", "Same", "Selector", "None");
        LabelSelector selector = LabelSelector.kubernetes(namespaces.object("selector"));
        if (from.equals("Selector") && !namespaces.has("selector")) {
            namespaces.wrong("selector", null, "a label selector with from: Selector");
        }
        List<String> kinds = new ArrayList<>();
        for (Fields kind : allowed.objects("kinds", 8)) {
            kinds.add(kind.text("group", Groups.GATEWAY) + "/" + kind.text("kind"));
        }
        return new ListenerSpec(
                name,
                hostname.isEmpty() ? null : hostname,
                item.port("port"),
                protocol,
                mode,
                issuer,
                certificates,
                from,
                selector,
                kinds);
    }
}
