package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.sockets.AddressKind;
import dev.polder.wasm.wasi.p2.sockets.HostPattern;
import dev.polder.wasm.wasi.p2.sockets.NameResolver;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The way out for one component to servers that speak something else than HTTP, by the same {@link OutboundPolicy} as
 * its requests and sockets: the connection goes to exactly the address that was checked. Safe for any thread; methods
 * block.
 */
public final class Outbound {

    /** Where machines in a cloud ask who they are: blocked for whoever is not the operator. */
    private static final String MACHINE_IDENTITY = "169.254.169.254";

    private final OutboundPolicy policy;
    private final NameResolver resolver;
    private final OutboundLimits limits;
    private final Semaphore places;
    private final Authorities authorities;
    private final GuestLimit.Listener refusals;

    public Outbound(OutboundPolicy policy, OutboundLimits limits, Authorities authorities) {
        this(policy, NameResolver.SYSTEM, limits, authorities);
    }

    /**
     * @param resolver finds the addresses of names
     * @param authorities who vouches for servers
     */
    public Outbound(OutboundPolicy policy, NameResolver resolver, OutboundLimits limits, Authorities authorities) {
        this(policy, resolver, limits, authorities, new Semaphore(limits.connections()), GuestLimit.Listener.NONE);
    }

    private Outbound(
            OutboundPolicy policy,
            NameResolver resolver,
            OutboundLimits limits,
            Authorities authorities,
            Semaphore places,
            GuestLimit.Listener refusals) {
        this.policy = policy;
        this.resolver = resolver;
        this.limits = limits;
        this.authorities = authorities;
        this.places = places;
        this.refusals = refusals;
    }

    /** The same way out, with the same places for connections, for one instance: who is told when all are taken. */
    Outbound telling(GuestLimit.Listener listener) {
        return new Outbound(policy, resolver, limits, authorities, places, listener);
    }

    /** The way to servers that the operator named: wherever they are. */
    public static Outbound ofOperator(OutboundLimits limits, Authorities authorities) {
        OutboundPolicy everywhere = OutboundPolicy.of(List.of("*://*:*"))
                .withAddresses(Set.of(AddressKind.LOOPBACK, AddressKind.PRIVATE))
                .under(NetworkRules.of(List.of(MACHINE_IDENTITY), List.of()));
        return new Outbound(everywhere, limits, authorities);
    }

    public OutboundLimits limits() {
        return limits;
    }

    /** Who vouches for servers. */
    public Authorities authorities() {
        return authorities;
    }

    /**
     * The addresses of a server that may be connected to.
     *
     * @param port a negative one stands for the usual port of the scheme
     * @return at least one
     * @throws Problem as {@link OutboundPolicy#resolve}
     */
    public List<InetSocketAddress> resolve(String scheme, String host, int port) {
        int wanted = port >= 0 ? port : HostPattern.defaultPort(scheme).orElse(-1);
        return GuestExecutor.blocking(() -> policy.resolve(scheme, host, wanted, resolver)).stream()
                .map(address -> new InetSocketAddress(address, wanted))
                .toList();
    }

    /** Takes a place for one more connection; false when all are taken. Whoever gets one gives it back. */
    boolean take() {
        boolean taken = places.tryAcquire();
        if (!taken) {
            refusals.passed(GuestLimit.CONNECTIONS);
        }
        return taken;
    }

    void giveBack() {
        places.release();
    }

    /**
     * Connects a socket whose reads end after the time of a call.
     *
     * @param tls whether to speak TLS and to check that the certificate is the host's
     * @throws Problem as {@link #resolve}, and UNAVAILABLE when nobody answers
     */
    Socket connect(String scheme, String host, int port, boolean tls) {
        return GuestExecutor.blocking(() -> connected(scheme, host, port, tls));
    }

    private Socket connected(String scheme, String host, int port, boolean tls) {
        @Nullable IOException failure = null;
        for (InetSocketAddress address : resolve(scheme, host, port)) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(limits.connectMillis());
                socket.connect(address, limits.connectMillis());
                Socket ready = tls ? secured(socket, host, address.getPort()) : socket;
                ready.setSoTimeout(limits.callMillis());
                return ready;
            } catch (SSLPeerUnverifiedException | SSLHandshakeException e) {
                close(socket);
                throw Problem.unavailable(
                        "the certificate of " + scheme + "://" + host + ":" + address.getPort() + " is refused: "
                                + e.getMessage() + " (expected: one for " + host + " of "
                                + authorities
                                        .file(host)
                                        .map(file -> "an authority in " + file)
                                        .orElse("a trusted authority")
                                + ")",
                        e);
            } catch (IOException e) {
                failure = e;
                close(socket);
            }
        }
        throw Problem.unavailable(scheme + "://" + host + " cannot be reached: " + failure, failure);
    }

    private Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) authorities.tls(host).getSocketFactory().createSocket(plain, host, port, true);
        socket.startHandshake();
        return socket;
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket could not be closed", e);
        }
    }
}
