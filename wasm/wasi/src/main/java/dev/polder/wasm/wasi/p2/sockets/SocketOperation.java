package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.GuestTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.NetworkChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Something done to a socket that may fail with a code. */
@FunctionalInterface
interface SocketOperation<T extends @Nullable Object> {

    int MAX_BUFFER = 4 << 20;
    InetAddress BROADCAST = InetAddress.ofLiteral("255.255.255.255");

    T run() throws IOException, Refused;

    /** It fails with a code; no stack, since it is no failure of the host. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final NetworkErrorCode code;

        Refused(NetworkErrorCode code) {
            super(code.name(), null, false, false);
            this.code = code;
        }
    }

    static <T extends @Nullable Object> Result<T, NetworkErrorCode> result(SocketOperation<T> operation) {
        try {
            return Result.ok(operation.run());
        } catch (Refused e) {
            return Result.err(e.code);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted() || GuestTime.remaining().isZero()) {
                throw GuestTime.ended(e);
            }
            return Result.err(NetworkErrorCode.of(e));
        } catch (IllegalArgumentException e) {
            return Result.err(NetworkErrorCode.INVALID_ARGUMENT);
        } catch (AlreadyBoundException e) {
            return Result.err(NetworkErrorCode.INVALID_STATE);
        } catch (UnsupportedOperationException e) {
            return Result.err(NetworkErrorCode.NOT_SUPPORTED);
        }
    }

    static void require(boolean condition, NetworkErrorCode otherwise) throws Refused {
        if (!condition) {
            throw new Refused(otherwise);
        }
    }

    /** An address that can be connected to or sent to. */
    static InetSocketAddress remote(IpSocketAddress remote, IpAddressFamily family) throws Refused {
        InetSocketAddress address =
                remote.toInet(family).orElseThrow(() -> new Refused(NetworkErrorCode.INVALID_ARGUMENT));
        require(address.getPort() != 0 && !address.getAddress().isAnyLocalAddress(), NetworkErrorCode.INVALID_ARGUMENT);
        return address;
    }

    /** Refuses an address of many hosts, for what speaks to one. */
    static InetSocketAddress unicast(InetSocketAddress address) throws Refused {
        require(
                !address.getAddress().equals(BROADCAST) && !address.getAddress().isMulticastAddress(),
                NetworkErrorCode.INVALID_ARGUMENT);
        return address;
    }

    static IpSocketAddress address(@Nullable SocketAddress address) throws Refused {
        if (address instanceof InetSocketAddress inet) {
            return IpSocketAddress.of(inet);
        }
        throw new Refused(NetworkErrorCode.INVALID_STATE);
    }

    static Result<Long, NetworkErrorCode> size(NetworkChannel channel, SocketOption<Integer> option) {
        return result(() -> (long) channel.getOption(option));
    }

    static Result<@Nullable Void, NetworkErrorCode> setSize(
            NetworkChannel channel, SocketOption<Integer> option, long value) {
        return result(() -> {
            channel.setOption(option, bufferSize(value));
            return null;
        });
    }

    static int bufferSize(long wanted) throws Refused {
        require(wanted != 0, NetworkErrorCode.INVALID_ARGUMENT);
        return (int) (wanted < 0 ? MAX_BUFFER : Math.min(wanted, MAX_BUFFER));
    }

    static void close(NetworkChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LoggerFactory.getLogger(SocketOperation.class).debug("closing a socket of a guest", e);
        }
        SocketLoop.shared().wakeUp();
    }
}
