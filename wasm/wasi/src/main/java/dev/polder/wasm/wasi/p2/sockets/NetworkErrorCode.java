package dev.polder.wasm.wasi.p2.sockets;

import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;

/** The enum {@code error-code} of {@code wasi:sockets/network}. */
public enum NetworkErrorCode {
    UNKNOWN,
    ACCESS_DENIED,
    NOT_SUPPORTED,
    INVALID_ARGUMENT,
    OUT_OF_MEMORY,
    TIMEOUT,
    CONCURRENCY_CONFLICT,
    NOT_IN_PROGRESS,
    WOULD_BLOCK,
    INVALID_STATE,
    NEW_SOCKET_LIMIT,
    ADDRESS_NOT_BINDABLE,
    ADDRESS_IN_USE,
    REMOTE_UNREACHABLE,
    CONNECTION_REFUSED,
    CONNECTION_RESET,
    CONNECTION_ABORTED,
    DATAGRAM_TOO_LARGE,
    NAME_UNRESOLVABLE,
    TEMPORARY_RESOLVER_FAILURE,
    PERMANENT_RESOLVER_FAILURE;

    /** What an exception of the JDK is. It tells some apart by the system's words only. */
    static NetworkErrorCode of(IOException e) {
        String words = String.valueOf(e.getMessage());
        return switch (e) {
            case NoRouteToHostException _ -> REMOTE_UNREACHABLE;
            case PortUnreachableException _ -> CONNECTION_REFUSED;
            case SocketTimeoutException _ -> TIMEOUT;
            case ClosedChannelException _ -> INVALID_STATE;
            case BindException _ -> words.contains("in use") ? ADDRESS_IN_USE : ADDRESS_NOT_BINDABLE;
            default -> {
                if (words.contains("refused")) {
                    yield CONNECTION_REFUSED;
                }
                if (words.contains("reset") || words.contains("Broken pipe")) {
                    yield CONNECTION_RESET;
                }
                if (words.contains("unreachable")) {
                    yield REMOTE_UNREACHABLE;
                }
                if (words.contains("timed out")) {
                    yield TIMEOUT;
                }
                if (words.contains("Too many open files")) {
                    yield NEW_SOCKET_LIMIT;
                }
                yield words.contains("Message too long") ? DATAGRAM_TOO_LARGE : UNKNOWN;
            }
        };
    }
}
