package dev.polder.wasm.capability;

import dev.polder.wasm.wasi.p2.sockets.NetworkRules;

/**
 * What the operator says of the ways out of an app, whatever its manifest allows.
 *
 * @param networks which it reaches
 * @param authorities who vouches for the servers there
 */
public record OutboundRules(NetworkRules networks, Authorities authorities) {

    /** Public addresses, and those that a manifest names; whom Java trusts. */
    public static final OutboundRules DEFAULT = new OutboundRules(NetworkRules.DEFAULT, Authorities.JAVA);
}
