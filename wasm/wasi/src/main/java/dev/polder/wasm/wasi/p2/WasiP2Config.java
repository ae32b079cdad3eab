package dev.polder.wasm.wasi.p2;

import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.http.Timeouts;
import dev.polder.wasm.wasi.p2.sockets.HostPattern;
import dev.polder.wasm.wasi.p2.sockets.Loopback;
import dev.polder.wasm.wasi.p2.sockets.NameResolver;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.util.List;
import java.util.function.Predicate;

/**
 * Everything that one instance is granted.
 *
 * @param base arguments, environment, streams, preopened folders, clock, random
 * @param outbound where it may connect to
 * @param listen addresses and ports that it may bind, {@code tcp://127.0.0.1:8080}
 * @param loopback what 127.0.0.1 is for it
 * @param lookups which of the names that the policy has may be looked up for sockets
 * @param resolver finds the addresses of names
 * @param http sends its requests
 * @param timeouts the longest that its requests may take
 * @param refusals told of limits that the guest is refused by and not ended for
 */
public record WasiP2Config(
        WasiConfig base,
        OutboundPolicy outbound,
        List<HostPattern> listen,
        Loopback loopback,
        Predicate<String> lookups,
        NameResolver resolver,
        OutgoingHttp http,
        Timeouts timeouts,
        WasiP2Limits limits,
        GuestLimit.Listener refusals) {

    public WasiP2Config {
        listen = List.copyOf(listen);
    }

    /** What the base grants, and no network. */
    public static WasiP2Config of(WasiConfig base) {
        return new WasiP2Config(
                base,
                OutboundPolicy.none(),
                List.of(),
                Loopback.OF_THE_MACHINE,
                _ -> true,
                NameResolver.SYSTEM,
                OutgoingHttp.none(),
                Timeouts.DEFAULT,
                WasiP2Limits.DEFAULT,
                GuestLimit.Listener.NONE);
    }

    public WasiP2Config withBase(WasiConfig other) {
        return new WasiP2Config(other, outbound, listen, loopback, lookups, resolver, http, timeouts, limits, refusals);
    }

    public WasiP2Config withOutbound(OutboundPolicy policy) {
        return new WasiP2Config(base, policy, listen, loopback, lookups, resolver, http, timeouts, limits, refusals);
    }

    /** INVALID when a pattern is none. */
    public WasiP2Config withListen(List<String> patterns) {
        List<HostPattern> parsed = patterns.stream().map(HostPattern::parse).toList();
        return new WasiP2Config(base, outbound, parsed, loopback, lookups, resolver, http, timeouts, limits, refusals);
    }

    /** The policy and the patterns of {@code listen} are about the addresses that the guest names. */
    public WasiP2Config withLoopback(Loopback own) {
        return new WasiP2Config(base, outbound, listen, own, lookups, resolver, http, timeouts, limits, refusals);
    }

    public WasiP2Config withLookups(Predicate<String> names) {
        return new WasiP2Config(base, outbound, listen, loopback, names, resolver, http, timeouts, limits, refusals);
    }

    public WasiP2Config withResolver(NameResolver names) {
        return new WasiP2Config(base, outbound, listen, loopback, lookups, names, http, timeouts, limits, refusals);
    }

    public WasiP2Config withHttp(OutgoingHttp sender) {
        return new WasiP2Config(
                base, outbound, listen, loopback, lookups, resolver, sender, timeouts, limits, refusals);
    }

    public WasiP2Config withTimeouts(Timeouts most) {
        return new WasiP2Config(base, outbound, listen, loopback, lookups, resolver, http, most, limits, refusals);
    }

    public WasiP2Config withLimits(WasiP2Limits most) {
        return new WasiP2Config(base, outbound, listen, loopback, lookups, resolver, http, timeouts, most, refusals);
    }

    public WasiP2Config withRefusals(GuestLimit.Listener listener) {
        return new WasiP2Config(base, outbound, listen, loopback, lookups, resolver, http, timeouts, limits, listener);
    }
}
