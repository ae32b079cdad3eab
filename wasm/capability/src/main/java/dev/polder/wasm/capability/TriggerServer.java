package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.internal.PinnedSocket;
import dev.polder.wasm.capability.internal.SecuredSocket;
import dev.polder.wasm.capability.internal.ServerAddress;
import dev.polder.wasm.wasi.p2.sockets.AddressKind;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The one server that a trigger listens to, by its address in the manifest: {@code scheme://user:password@host:port}. Its
 * way out leads there and nowhere else, and never into a network that is always blocked. Its text shows no password.
 */
public final class TriggerServer {

    private final ServerAddress address;
    private final Outbound outbound;

    private TriggerServer(ServerAddress address, Outbound outbound) {
        this.address = address;
        this.outbound = outbound;
    }

    /**
     * Reads an address.
     *
     * @param schemes those that are meant here
     * @param rules the operator's for the app
     * @throws Problem INVALID that does not quote the address
     */
    public static TriggerServer of(
            String text, Collection<String> schemes, OutboundLimits limits, OutboundRules rules) {
        ServerAddress address = ServerAddress.parse(text);
        if (!schemes.contains(address.scheme())) {
            throw Problem.invalid("address: the scheme " + address.scheme() + " (expected one of: "
                    + String.join(", ", schemes) + ")");
        }
        String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
        String port = address.port() < 0 ? "" : ":" + address.port();
        OutboundPolicy only = OutboundPolicy.of(List.of(address.scheme() + "://" + host + port))
                .withAddresses(Set.of(AddressKind.LOOPBACK, AddressKind.PRIVATE))
                .under(rules.networks());
        return new TriggerServer(address, new Outbound(only, limits, rules.authorities()));
    }

    public String scheme() {
        return address.scheme();
    }

    public String host() {
        return address.host();
    }

    public @Nullable String user() {
        return address.user();
    }

    public @Nullable String password() {
        return address.password();
    }

    /** The way there. */
    public Outbound outbound() {
        return outbound;
    }

    /**
     * The address to connect to now.
     *
     * @throws Problem FORBIDDEN when it is blocked, UNAVAILABLE when the name is not known
     */
    public InetSocketAddress resolve() {
        return outbound.resolve(address.scheme(), address.host(), address.port())
                .getFirst();
    }

    /**
     * Makes sockets that connect there, whatever a client library resolves in between.
     *
     * @param tls whether they speak TLS by themselves
     */
    public SocketFactory sockets(boolean tls) {
        return new PinnedSocket.Factory() {
            @Override
            public Socket createSocket() throws IOException {
                try {
                    return tls ? new SecuredSocket(() -> connect()) : new PinnedSocket(resolve(), 1);
                } catch (Problem e) {
                    throw new IOException(e.getMessage(), e);
                }
            }
        };
    }

    private Socket connect() throws IOException {
        try {
            return outbound.connect(address.scheme(), address.host(), address.port(), true);
        } catch (Problem e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
