package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.IoError;
import java.util.Optional;

/** The function of {@code wasi:sockets/network}. */
public final class NetworkFunctions {

    /** The code of a stream's error, when it is one of sockets. */
    @Wit("network-error-code")
    public Optional<NetworkErrorCode> networkErrorCode(IoError error) {
        return error.code(NetworkErrorCode.class);
    }
}
