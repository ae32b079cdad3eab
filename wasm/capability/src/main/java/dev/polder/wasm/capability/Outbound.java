package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The way out for one component: a server must be allowed by name, its name is resolved once, the address must not be
 * blocked, and the connection goes to exactly that address. So a name that resolves to something else the second time
 * gains nothing. Safe for any thread; methods block.
 */
public final class Outbound {

    private final AllowedHosts allowed;
    private final BlockedNetworks blocked;
    private final OutboundLimits limits;
    private final Semaphore places;
    private final GuestLimit.Listener refusals;

    public Outbound(AllowedHosts allowed, BlockedNetworks blocked, OutboundLimits limits) {
        this(allowed, blocked, limits, GuestLimit.Listener.NONE);
    }

    /** @param refusals told when a guest wants more connections than it may have */
    public Outbound(
            AllowedHosts allowed, BlockedNetworks blocked, OutboundLimits limits, GuestLimit.Listener refusals) {
        this.allowed = allowed;
        this.blocked = blocked;
        this.limits = limits;
        this.places = new Semaphore(limits.connections());
        this.refusals = refusals;
    }

    public OutboundLimits limits() {
        return limits;
    }

    /**
     * The addresses of a server that may be connected to.
     *
     * @param port a negative one stands for the usual port of the scheme
     * @return at least one
     * @throws Problem FORBIDDEN before any packet when the host is not allowed, or when all its addresses are blocked;
     *     UNAVAILABLE when the name is not known
     */
    public List<InetSocketAddress> resolve(String scheme, String host, int port) {
        int wanted = port >= 0 ? port : AllowedHosts.defaultPort(scheme).orElse(-1);
        String shown = scheme + "://" + host + ":" + wanted;
        if (!allowed.allows(scheme, host, wanted)) {
            throw forbidden(shown + " is not allowed (expected: a host of allowed_outbound_hosts)");
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw Problem.unavailable(shown + ": no such host", e);
        }
        List<InetSocketAddress> reachable = Stream.of(addresses)
                .filter(address -> !blocked.blocks(address))
                .map(address -> new InetSocketAddress(address, wanted))
                .toList();
        if (reachable.isEmpty()) {
            throw forbidden(shown + " is in a blocked network");
        }
        return reachable;
    }

    private static Problem forbidden(String detail) {
        return new Problem(Problem.Code.FORBIDDEN, Problem.WhoFailed.GUEST, false, detail, null, null);
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
            } catch (IOException e) {
                failure = e;
                close(socket);
            }
        }
        throw Problem.unavailable(scheme + "://" + host + " cannot be reached: " + failure, failure);
    }

    private static Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
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
