package dev.polder.wasm.service;

import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.util.LinkedHashMap;
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
 * @param named the same where an interface is imported by a name that the manifest has, by that name
 * @param called what the components are granted that it calls, by {@link WorkloadLinks#part}
 */
record ComponentGrants(
        Map<String, String> environment,
        List<Preopen> preopens,
        OutboundPolicy outbound,
        OutgoingHttp http,
        UnaryOperator<WasiP2Config> sockets,
        Capabilities capabilities,
        Map<String, Capabilities> named,
        Map<String, ComponentGrants> called) {

    ComponentGrants {
        environment = Map.copyOf(environment);
        preopens = List.copyOf(preopens);
        named = Map.copyOf(named);
        called = Map.copyOf(called);
    }

    ComponentGrants(
            Map<String, String> environment,
            List<Preopen> preopens,
            OutboundPolicy outbound,
            OutgoingHttp http,
            UnaryOperator<WasiP2Config> sockets,
            Capabilities capabilities) {
        this(environment, preopens, outbound, http, sockets, capabilities, Map.of(), Map.of());
    }

    /** The same for a component that calls others. */
    ComponentGrants withCalled(Map<String, ComponentGrants> others) {
        return new ComponentGrants(environment, preopens, outbound, http, sockets, capabilities, named, others);
    }

    /** What is granted, over what all instances have. */
    WasiP2Config over(WasiP2Config common) {
        WasiConfig base = common.base();
        WasiConfig granted = new WasiConfig(
                base.args(),
                environment,
                base.stdin(),
                base.stdout(),
                base.stderr(),
                preopens,
                base.clock(),
                base.random());
        return sockets.apply(common.withBase(granted).withOutbound(outbound));
    }

    /** For an instance that is made to see that it can be: no files, no environment, no network. */
    ComponentGrants forTrial() {
        return bare(UnaryOperator.identity());
    }

    /** For an instance that nobody waits for: nothing that a start function does is to be seen anywhere. */
    ComponentGrants forRehearsal() {
        return bare(Capabilities::ungranted);
    }

    private ComponentGrants bare(UnaryOperator<Capabilities> left) {
        Map<String, Capabilities> leftByName = new LinkedHashMap<>();
        named.forEach((name, each) -> leftByName.put(name, left.apply(each)));
        Map<String, ComponentGrants> parts = new LinkedHashMap<>();
        called.forEach((part, grants) -> parts.put(part, grants.bare(left)));
        return new ComponentGrants(
                Map.of(),
                List.of(),
                OutboundPolicy.none(),
                OutgoingHttp.none(),
                UnaryOperator.identity(),
                left.apply(capabilities),
                leftByName,
                parts);
    }
}
