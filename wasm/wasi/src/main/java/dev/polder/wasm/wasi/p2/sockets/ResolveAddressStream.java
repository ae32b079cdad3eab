package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.Pollable;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The resource {@code resolve-address-stream}: only addresses that may be connected to. */
public final class ResolveAddressStream extends Resource {

    private final SocketGrants grants;
    private final List<HostPattern> patterns;
    private final CompletableFuture<List<InetAddress>> future;
    private @Nullable Deque<InetAddress> left;

    ResolveAddressStream(SocketGrants grants, List<HostPattern> patterns, CompletableFuture<List<InetAddress>> future) {
        super(grants.io());
        this.grants = grants;
        this.patterns = patterns;
        this.future = future;
    }

    /** One that knows its address already. It grants nothing: the address itself is checked when it is used. */
    static ResolveAddressStream of(SocketGrants grants, InetAddress address) {
        ResolveAddressStream stream =
                new ResolveAddressStream(grants, List.of(), CompletableFuture.completedFuture(List.of()));
        stream.left = new ArrayDeque<>(List.of(address));
        return stream;
    }

    /** The next one; none at the end. */
    @Wit("resolve-next-address")
    public Result<Optional<IpAddress>, NetworkErrorCode> resolveNextAddress() {
        if (left == null) {
            if (!future.isDone()) {
                return Result.err(NetworkErrorCode.WOULD_BLOCK);
            }
            try {
                left = admitted(future.join());
            } catch (CompletionException e) {
                return Result.err(NetworkErrorCode.NAME_UNRESOLVABLE);
            }
            if (left.isEmpty()) {
                return Result.err(NetworkErrorCode.ACCESS_DENIED);
            }
        }
        return Result.ok(Optional.ofNullable(left.poll()).map(IpAddress::of));
    }

    private Deque<InetAddress> admitted(List<InetAddress> found) {
        Deque<InetAddress> good = new ArrayDeque<>();
        for (InetAddress address : found) {
            grants.admit(patterns, address).ifPresent(good::add);
        }
        return good;
    }

    /** Ready when {@link #resolveNextAddress} does not give would-block. */
    @Wit("subscribe")
    public Pollable subscribe() {
        return new Pollable(io(), this, () -> left != null || future.isDone());
    }
}
