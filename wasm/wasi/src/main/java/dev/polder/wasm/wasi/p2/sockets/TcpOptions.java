package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Options of a socket. The system counts keep-alive in seconds; times are rounded up to them. A socket that listens has
 * none of them in the JDK: they are kept here, and what the guest set is given to each socket that is accepted.
 */
final class TcpOptions {

    static final SocketOption<Integer> IDLE = ExtendedSocketOptions.TCP_KEEPIDLE;
    static final SocketOption<Integer> INTERVAL = ExtendedSocketOptions.TCP_KEEPINTERVAL;
    static final SocketOption<Integer> RECEIVE_BUFFER = StandardSocketOptions.SO_RCVBUF;
    static final SocketOption<Integer> SEND_BUFFER = StandardSocketOptions.SO_SNDBUF;

    private static final SocketOption<Boolean> KEEP_ALIVE = StandardSocketOptions.SO_KEEPALIVE;
    private static final SocketOption<Integer> COUNT = ExtendedSocketOptions.TCP_KEEPCOUNT;
    private static final long NANOS = 1_000_000_000;
    private static final int MOST_SECONDS = 32_767;
    private static final int MOST_COUNT = 127;

    private final Supplier<SocketChannel> channel;

    /** What the guest set; the rest of an accepted socket is left to the system, which sizes buffers as it goes. */
    private final Map<SocketOption<?>, Object> chosen = new HashMap<>();

    /** Of a socket that listens: what it was when it began to. */
    private final Map<SocketOption<?>, Object> kept = new HashMap<>();

    TcpOptions(Supplier<SocketChannel> channel) {
        this.channel = channel;
    }

    /** From now on there is no channel, and the options are kept. */
    void listening(ServerSocketChannel server) throws IOException {
        keep(KEEP_ALIVE);
        keep(IDLE);
        keep(INTERVAL);
        keep(COUNT);
        keep(RECEIVE_BUFFER);
        keep(SEND_BUFFER);
        if (chosen.containsKey(RECEIVE_BUFFER)) {
            // Decides about the window that is offered to those who connect.
            server.setOption(RECEIVE_BUFFER, get(RECEIVE_BUFFER));
        }
    }

    private <T> void keep(SocketOption<T> option) throws IOException {
        kept.put(option, channel.get().getOption(option));
    }

    /** Gives what was set to a socket that was accepted. */
    void inherit(SocketChannel accepted) throws IOException {
        for (SocketOption<?> option : chosen.keySet()) {
            inherit(accepted, option);
        }
    }

    private <T> void inherit(SocketChannel accepted, SocketOption<T> option) throws IOException {
        accepted.setOption(option, get(option));
    }

    private <T> T get(SocketOption<T> option) throws IOException {
        Object value = kept.get(option);
        return value == null ? channel.get().getOption(option) : option.type().cast(value);
    }

    private <T> void set(SocketOption<T> option, T value) throws IOException {
        if (kept.isEmpty()) {
            channel.get().setOption(option, value);
        } else {
            kept.put(option, value);
        }
        chosen.put(option, value);
    }

    Result<Boolean, NetworkErrorCode> keepAlive() {
        return SocketOperation.result(() -> get(KEEP_ALIVE));
    }

    Result<@Nullable Void, NetworkErrorCode> setKeepAlive(boolean value) {
        return SocketOperation.result(() -> {
            set(KEEP_ALIVE, value);
            return null;
        });
    }

    Result<Long, NetworkErrorCode> time(SocketOption<Integer> option) {
        return SocketOperation.result(() -> get(option) * NANOS);
    }

    Result<@Nullable Void, NetworkErrorCode> setTime(SocketOption<Integer> option, long nanos) {
        return SocketOperation.result(() -> {
            SocketOperation.require(nanos != 0, NetworkErrorCode.INVALID_ARGUMENT);
            long seconds = nanos < 0 ? MOST_SECONDS : Math.ceilDiv(nanos, NANOS);
            set(option, (int) Math.min(seconds, MOST_SECONDS));
            return null;
        });
    }

    Result<Integer, NetworkErrorCode> count() {
        return SocketOperation.result(() -> get(COUNT));
    }

    Result<@Nullable Void, NetworkErrorCode> setCount(int value) {
        return SocketOperation.result(() -> {
            SocketOperation.require(value != 0, NetworkErrorCode.INVALID_ARGUMENT);
            set(COUNT, value < 0 ? MOST_COUNT : Math.min(value, MOST_COUNT));
            return null;
        });
    }

    /** Size of a buffer. */
    Result<Long, NetworkErrorCode> size(SocketOption<Integer> option) {
        return SocketOperation.result(() -> (long) get(option));
    }

    Result<@Nullable Void, NetworkErrorCode> setSize(SocketOption<Integer> option, long value) {
        return SocketOperation.result(() -> {
            set(option, SocketOperation.bufferSize(value));
            return null;
        });
    }
}
