package dev.polder.wasm.wasi.p2.sockets;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import org.jspecify.annotations.Nullable;

/**
 * What the system does with a socket and the JDK does not: the hops of its packets, and empty datagrams to a connected
 * peer. The JDK tells the number of a socket to those to whom {@code java.base} exports {@code sun.nio.ch}, as the manifest of
 * Polder's jar asks; without that, and on other systems than Linux and macOS, everything here is an {@link
 * UnsupportedOperationException}.
 */
@SuppressWarnings("restricted") // the JDK has no other way to them
final class NativeSocket {

    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

    /** Gives the number of a channel's socket. */
    private static final @Nullable MethodHandle NUMBER = number();

    private NativeSocket() {}

    private static @Nullable MethodHandle number() {
        if (!LINUX && !System.getProperty("os.name").equals("Mac OS X")) {
            return null;
        }
        try {
            return MethodHandles.lookup()
                    .findVirtual(Class.forName("sun.nio.ch.SelChImpl"), "getFDVal", MethodType.methodType(int.class))
                    .asType(MethodType.methodType(int.class, NetworkChannel.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** The hops that packets of the socket may take, 1 to 255. */
    static int hopLimit(NetworkChannel channel, IpAddressFamily family) throws IOException {
        int[] hops = new int[1];
        call(channel, (socket, arena, state) -> {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result =
                    (int) Calls.GETSOCKOPT.invokeExact(state, socket, level(family), option(family), value, length);
            hops[0] = value.get(JAVA_INT, 0);
            return result;
        });
        return hops[0];
    }

    static void setHopLimit(NetworkChannel channel, IpAddressFamily family, int hops) throws IOException {
        call(channel, (socket, arena, state) -> (int) Calls.SETSOCKOPT.invokeExact(
                state, socket, level(family), option(family), arena.allocateFrom(JAVA_INT, hops), Integer.BYTES));
    }

    /** Sends a datagram of no bytes to the peer; false when it has to wait. */
    static boolean sendEmpty(DatagramChannel connected) throws IOException {
        return call(connected, (socket, _, state) ->
                (int) (long) Calls.SEND.invokeExact(state, socket, MemorySegment.NULL, 0L, 0));
    }

    /** {@code IPPROTO_IP} or {@code IPPROTO_IPV6}. */
    private static int level(IpAddressFamily family) {
        return family == IpAddressFamily.IPV4 ? 0 : 41;
    }

    /** {@code IP_TTL} or {@code IPV6_UNICAST_HOPS}. */
    private static int option(IpAddressFamily family) {
        return LINUX ? family == IpAddressFamily.IPV4 ? 2 : 16 : 4;
    }

    @FunctionalInterface
    private interface Call {
        int run(int socket, Arena arena, MemorySegment state) throws Throwable;
    }

    /** False when the call would have to wait. */
    private static boolean call(NetworkChannel channel, Call call) throws IOException {
        if (NUMBER == null) {
            throw new UnsupportedOperationException("sockets: the JDK does not tell their numbers");
        }
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Calls.STATE);
            int socket = (int) NUMBER.invokeExact(channel);
            if (call.run(socket, arena, state) >= 0) {
                return true;
            }
            int errno = (int) Calls.ERRNO.get(state, 0L);
            if (errno == (LINUX ? 11 : 35)) {
                return false;
            }
            if (errno == (LINUX ? 111 : 61)) {
                throw new PortUnreachableException();
            }
            throw new IOException("the system's error " + errno);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException("a function of the C library threw", t);
        }
    }

    /** Functions of the C library. */
    private static final class Calls {

        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        static final MethodHandle GETSOCKOPT =
                function("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        static final MethodHandle SETSOCKOPT = function(
                "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle SEND =
                function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

        private Calls() {}

        private static MethodHandle function(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
        }
    }
}
