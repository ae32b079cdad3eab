package dev.polder.wasm.service;

import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What the instances of a component are granted.
 *
 * @param environment variables of the guest
 * @param preopens its files
 * @param outbound where it may connect to
 * @param http sends its requests, with the app's identity
 * @param sockets what else is special to its sockets
 * @param capabilities its stores, databases, variables and connections to other servers
 */
record ComponentGrants(
        Map<String, String> environment,
        List<Preopen> preopens,
        OutboundPolicy outbound,
        OutgoingHttp http,
        UnaryOperator<WasiP2Config> sockets,
        Capabilities capabilities) {

    ComponentGrants {
        environment = Map.copyOf(environment);
        preopens = List.copyOf(preopens);
    }
}
