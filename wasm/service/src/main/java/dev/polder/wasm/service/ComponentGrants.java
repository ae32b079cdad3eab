package dev.polder.wasm.service;

import dev.polder.wasm.capability.Capabilities;
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
 * @param http sends its requests, with the app's identity
 * @param capabilities its stores, databases, variables and connections to other servers
 */
record ComponentGrants(
        Map<String, String> environment,
        List<Preopen> preopens,
        OutboundPolicy outbound,
        OutgoingHttp http,
        Capabilities capabilities) {

    ComponentGrants {
        environment = Map.copyOf(environment);
        preopens = List.copyOf(preopens);
    }
}
