package dev.polder.wasm.service;

import dev.polder.wasm.capability.AllowedHosts;
import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.capability.Template;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.util.List;
import java.util.Map;

/**
 * What the instances of a component are granted.
 *
 * @param environment variables of the guest
 * @param preopens its files
 * @param outbound where it may connect to
 * @param hosts the same by name, the app itself and its components included
 * @param http sends its requests, with the app's identity
 * @param capabilities its stores, databases, variables and connections to other servers
 */
record ComponentGrants(
        Map<String, String> environment,
        List<Preopen> preopens,
        OutboundPolicy outbound,
        AllowedHosts hosts,
        OutgoingHttp http,
        Capabilities capabilities) {

    ComponentGrants {
        environment = Map.copyOf(environment);
        preopens = List.copyOf(preopens);
    }

    /**
     * Where a component may connect to by its manifest. The app itself and its components ({@code self}, {@code
     * *.spin.internal}) are no hosts of the network and are left out.
     */
    static OutboundPolicy outbound(SpinManifest.Component component, Variables variables) {
        return OutboundPolicy.of(component.allowedOutboundHosts().stream()
                .map(pattern -> variables.render(Template.parse(pattern)))
                .filter(pattern -> !pattern.isEmpty() && !pattern.endsWith("://"))
                .filter(pattern -> !pattern.endsWith("://self") && !pattern.contains(AllowedHosts.INTERNAL))
                .toList());
    }
}
