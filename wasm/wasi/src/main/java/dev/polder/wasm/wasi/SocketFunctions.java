package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;

/** Sockets: none is ever granted, so each call finds either no descriptor or one that is no socket. */
final class SocketFunctions {

    private SocketFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("sock_accept", "iii", SocketFunctions::refuse);
        to.add("sock_recv", "iiiiii", SocketFunctions::refuse);
        to.add("sock_send", "iiiii", SocketFunctions::refuse);
        to.add("sock_shutdown", "ii", SocketFunctions::refuse);
    }

    private static void refuse(WasiState state, HostCall call) {
        state.get(call.i32(0));
        throw new WasiError(Errno.NOTSOCK);
    }
}
