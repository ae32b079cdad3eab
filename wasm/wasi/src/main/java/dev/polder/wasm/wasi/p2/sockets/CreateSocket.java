package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.io.IOException;

/** The interfaces {@code wasi:sockets/tcp-create-socket} and {@code udp-create-socket}. */
public final class CreateSocket {

    private final SocketGrants grants;

    public CreateSocket(SocketGrants grants) {
        this.grants = grants;
    }

    private interface Creation<T> {
        T create() throws IOException;
    }

    private <T> Result<T, NetworkErrorCode> create(Creation<T> creation) {
        if (!grants.open()) {
            return Result.err(NetworkErrorCode.NEW_SOCKET_LIMIT);
        }
        try {
            return Result.ok(creation.create());
        } catch (UnsupportedOperationException e) {
            grants.closed();
            return Result.err(NetworkErrorCode.NOT_SUPPORTED);
        } catch (IOException e) {
            grants.closed();
            return Result.err(NetworkErrorCode.of(e));
        }
    }

    @Wit("create-tcp-socket")
    public Result<TcpSocket, NetworkErrorCode> createTcpSocket(IpAddressFamily family) {
        return create(() -> TcpSocket.open(grants, family));
    }

    @Wit("create-udp-socket")
    public Result<UdpSocket, NetworkErrorCode> createUdpSocket(IpAddressFamily family) {
        return create(() -> UdpSocket.open(grants, family));
    }
}
