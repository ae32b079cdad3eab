package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** Keep-alive of a socket. The system counts in seconds; times are rounded up to them. */
final class TcpOptions {

    static final SocketOption<Integer> IDLE = ExtendedSocketOptions.TCP_KEEPIDLE;
    static final SocketOption<Integer> INTERVAL = ExtendedSocketOptions.TCP_KEEPINTERVAL;

    private static final long NANOS = 1_000_000_000;
    private static final int MOST_SECONDS = 32_767;
    private static final int MOST_COUNT = 127;

    private final Supplier<SocketChannel> channel;

    TcpOptions(Supplier<SocketChannel> channel) {
        this.channel = channel;
    }

    Result<Boolean, NetworkErrorCode> keepAlive() {
        return SocketOperation.result(() -> channel.get().getOption(StandardSocketOptions.SO_KEEPALIVE));
    }

    Result<@Nullable Void, NetworkErrorCode> setKeepAlive(boolean value) {
        return SocketOperation.result(() -> {
            channel.get().setOption(StandardSocketOptions.SO_KEEPALIVE, value);
            return null;
        });
    }

    Result<Long, NetworkErrorCode> time(SocketOption<Integer> option) {
        return SocketOperation.result(() -> channel.get().getOption(option) * NANOS);
    }

    Result<@Nullable Void, NetworkErrorCode> setTime(SocketOption<Integer> option, long nanos) {
        return SocketOperation.result(() -> {
            SocketOperation.require(nanos != 0, NetworkErrorCode.INVALID_ARGUMENT);
            long seconds = nanos < 0 ? MOST_SECONDS : Math.ceilDiv(nanos, NANOS);
            channel.get().setOption(option, (int) Math.min(seconds, MOST_SECONDS));
            return null;
        });
    }

    Result<Integer, NetworkErrorCode> count() {
        return SocketOperation.result(() -> channel.get().getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
    }

    Result<@Nullable Void, NetworkErrorCode> setCount(int value) {
        return SocketOperation.result(() -> {
            SocketOperation.require(value != 0, NetworkErrorCode.INVALID_ARGUMENT);
            int count = value < 0 ? MOST_COUNT : Math.min(value, MOST_COUNT);
            channel.get().setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, count);
            return null;
        });
    }
}
