package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.mesh.config.Gateway;
import dev.polder.mesh.config.HostTable;
import dev.polder.mesh.config.Listener;
import dev.polder.mesh.config.Listener.ListenerTls;
import dev.polder.mesh.config.ListenerPort;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.internal.GatewaySpec.ListenerSpec;
import dev.polder.mesh.config.internal.Inputs.Item;
import dev.polder.mesh.config.internal.ListenerDraft.Flaw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gateways of our class: which listeners can serve, and at the end the finished gateways with their status. */
final class GatewayCompiler {

    private static final String ANY = "*";

    private final Map<String, List<ListenerDraft>> drafts = new TreeMap<>();
    private final Map<String, Resource> resources = new LinkedHashMap<>();

    private GatewayCompiler() {}

    static GatewayCompiler compile(Inputs inputs, MeshOptions options) {
        GatewayCompiler compiler = new GatewayCompiler();
        for (Item<GatewaySpec> item : inputs.of(GatewaySpec.class)) {
            if (item.spec().className().equals(options.gatewayClass())) {
                String key = item.namespace() + "/" + item.name();
                List<ListenerSpec> specs = item.spec().listeners();
                compiler.resources.put(key, item.resource());
                compiler.drafts.put(
                        key, specs.stream().map(spec -> draft(spec, specs)).toList());
            }
        }
        return compiler;
    }

    /** The listeners of a gateway, or null when there is no such gateway of our class. */
    @Nullable
    List<ListenerDraft> listeners(String namespace, String name) {
        return drafts.get(namespace + "/" + name);
    }

    private static ListenerDraft draft(ListenerSpec spec, List<ListenerSpec> all) {
        List<String> kinds = spec.kinds().isEmpty()
                ? List.of("HTTPRoute")
                : spec.kinds().stream()
                        .filter((Groups.GATEWAY + "/HTTPRoute")::equals)
                        .map(kind -> "HTTPRoute")
                        .distinct()
                        .toList();
        return new ListenerDraft(spec, notAccepted(spec), unresolved(spec), conflict(spec, all), kinds);
    }

    private static @Nullable Flaw notAccepted(ListenerSpec spec) {
        if (!spec.protocol().equals("HTTP") && !spec.protocol().equals("HTTPS")) {
            return new Flaw(
                    "UnsupportedProtocol", "protocol: " + Fields.shown(spec.protocol()) + " (expected: HTTP or HTTPS)");
        }
        if (spec.tlsMode().equals("Passthrough")) {
            return new Flaw("UnsupportedProtocol", "tls.mode: \"Passthrough\" (expected: Terminate)");
        }
        return null;
    }

    private static @Nullable Flaw unresolved(ListenerSpec spec) {
        if (!spec.certificates().isEmpty()) {
            return new Flaw(
                    "InvalidCertificateRef",
                    "tls.certificateRefs: " + String.join(", ", spec.certificates())
                            + " cannot be read (expected: tls.options with " + GatewaySpec.ISSUER_OPTION + ": "
                            + ListenerTls.MESH_CA + ")");
        }
        if (spec.protocol().equals("HTTPS") && !spec.issuer().equals(ListenerTls.MESH_CA)) {
            return new Flaw(
                    "InvalidCertificateRef",
                    "tls.options." + GatewaySpec.ISSUER_OPTION + ": " + Fields.shown(spec.issuer()) + " (expected: "
                            + ListenerTls.MESH_CA + ")");
        }
        for (String kind : spec.kinds()) {
            if (!kind.equals(Groups.GATEWAY + "/HTTPRoute")) {
                return new Flaw("InvalidRouteKinds", "allowedRoutes.kinds: " + kind + " (expected: HTTPRoute)");
            }
        }
        return null;
    }

    private static @Nullable Flaw conflict(ListenerSpec spec, List<ListenerSpec> all) {
        for (ListenerSpec other : all) {
            if (other.name().equals(spec.name()) || other.port() != spec.port()) {
                continue;
            }
            if (!other.protocol().equals(spec.protocol())) {
                return new Flaw(
                        "ProtocolConflict",
                        "port " + spec.port() + ": listener " + other.name() + " has protocol " + other.protocol());
            }
            if (Objects.equals(other.hostname(), spec.hostname())) {
                return new Flaw(
                        "HostnameConflict",
                        "port " + spec.port() + ": listener " + other.name() + " has the same hostname");
            }
        }
        return null;
    }

    /** The gateways with everything that attached; writes their status. */
    List<Gateway> finish(Statuses statuses) {
        List<Gateway> gateways = new ArrayList<>();
        drafts.forEach((key, listeners) -> {
            Resource resource = Objects.requireNonNull(resources.get(key));
            List<Listener> usable = listeners.stream()
                    .filter(ListenerDraft::usable)
                    .map(ListenerDraft::listener)
                    .toList();
            GatewayStatus.write(resource, listeners, statuses);
            gateways.add(new Gateway(
                    resource.metadata().namespace(), resource.metadata().name(), usable, ports(usable)));
        });
        return gateways;
    }

    private static Map<Integer, ListenerPort> ports(List<Listener> listeners) {
        Map<Integer, List<Listener>> byPort =
                listeners.stream().collect(Collectors.groupingBy(Listener::port, TreeMap::new, Collectors.toList()));
        Map<Integer, ListenerPort> ports = new TreeMap<>();
        byPort.forEach((port, list) -> {
            Map<String, Listener> byHost =
                    list.stream().collect(Collectors.toMap(GatewayCompiler::host, Function.identity()));
            ports.put(port, new ListenerPort(port, list.getFirst().protocol(), list, HostTable.of(byHost)));
        });
        return ports;
    }

    private static String host(Listener listener) {
        return listener.hostname() == null ? ANY : listener.hostname();
    }
}
