package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;

/** The resource {@code network}: what the policy grants, and no more. */
public final class Network extends Resource {

    Network(GuestIo io) {
        super(io);
    }
}
