package dev.polder.wasm.wasi.p2.sockets;

import java.net.StandardProtocolFamily;

/** The enum {@code ip-address-family}. */
public enum IpAddressFamily {
    IPV4,
    IPV6;

    StandardProtocolFamily protocol() {
        return this == IPV4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }
}
