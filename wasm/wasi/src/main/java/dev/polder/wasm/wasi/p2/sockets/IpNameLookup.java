package dev.polder.wasm.wasi.p2.sockets;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.net.IDN;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** The interface {@code wasi:sockets/ip-name-lookup}. */
public final class IpNameLookup {

    private static final int MAX_NAME = 253;

    private final SocketGrants grants;
    private final Predicate<String> lookups;

    public IpNameLookup(SocketGrants grants) {
        this(grants, _ -> true);
    }

    /** @param lookups which of the names that the policy has may be looked up */
    public IpNameLookup(SocketGrants grants, Predicate<String> lookups) {
        this.grants = grants;
        this.lookups = lookups;
    }

    /** Looks a name up, if the allow-list has it: asking a name server tells it something too. */
    @Wit("resolve-addresses")
    public Result<ResolveAddressStream, NetworkErrorCode> resolveAddresses(Network network, String name) {
        InetAddress literal = HostPattern.literal(name).orElse(null);
        if (literal != null) {
            return Result.ok(ResolveAddressStream.of(grants, literal));
        }
        String ascii;
        try {
            ascii = HostPattern.normal(IDN.toASCII(name));
        } catch (IllegalArgumentException e) {
            return Result.err(NetworkErrorCode.INVALID_ARGUMENT);
        }
        if (ascii.isEmpty()
                || ascii.length() > MAX_NAME
                || !ascii.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_')) {
            return Result.err(NetworkErrorCode.INVALID_ARGUMENT);
        }
        InetAddress inside = grants.loopback().names().address(ascii);
        if (inside != null) {
            return Result.ok(ResolveAddressStream.of(grants, inside));
        }
        List<HostPattern> patterns = grants.outbound().forLookup(ascii);
        if (patterns.isEmpty()) {
            return Result.err(NetworkErrorCode.ACCESS_DENIED);
        }
        if (!lookups.test(ascii)) {
            return Result.err(NetworkErrorCode.PERMANENT_RESOLVER_FAILURE);
        }
        CompletableFuture<List<InetAddress>> addresses = new CompletableFuture<>();
        ResolveAddressStream stream = new ResolveAddressStream(grants, patterns, addresses);
        Thread.ofVirtual().name("guest-lookup").start(() -> {
            try {
                addresses.complete(grants.resolver().resolveOrParse(ascii));
            } catch (Exception e) {
                addresses.completeExceptionally(e);
            }
            grants.io().signal().raise();
        });
        return Result.ok(stream);
    }
}
