package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;

/** The interface {@code wasi:sockets/instance-network}. */
public final class InstanceNetwork {

    private final GuestIo io;

    public InstanceNetwork(GuestIo io) {
        this.io = io;
    }

    @Wit("instance-network")
    public Network instanceNetwork() {
        return new Network(io);
    }
}
