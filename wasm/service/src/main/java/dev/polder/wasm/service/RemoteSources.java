package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.CredentialSource;
import dev.polder.wasm.registry.PullLimits;
import dev.polder.wasm.registry.PullOptions;
import dev.polder.wasm.registry.PullPolicy;
import dev.polder.wasm.registry.PulledApp;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.Registry;
import dev.polder.wasm.registry.RegistryOptions;
import dev.polder.wasm.registry.TransferEvent;
import dev.polder.wasm.registry.TransferListener;
import dev.polder.wasm.registry.VersionRange;
import dev.polder.wasm.wasi.p2.sockets.BlockedNetworks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings the wasm files that a manifest names by a URL or by a package of a registry. What has a digest is kept in the
 * blob store under it, and not fetched again.
 *
 * <p>Only public addresses are asked, and those of the networks that {@link Settings} names; TLS always, but plain HTTP
 * on loopback. Blocking; for any thread.
 */
public final class RemoteSources implements AutoCloseable {

    /** The largest wasm file of an app. */
    static final int MAX_WASM_BYTES = 64 << 20;

    /**
     * Where sources may come from.
     *
     * @param networks addresses and networks that are asked although they are not public, such as {@code 127.0.0.0/8}
     * @param registry host of the packages that name no registry, or null to refuse these
     * @param registries how to reach registries, credentials included
     */
    public record Settings(List<String> networks, @Nullable String registry, RegistryOptions registries) {

        /** Public addresses, nobody's credentials, no registry of one's own. */
        public static final Settings DEFAULT = new Settings(List.of(), null, RegistryOptions.DEFAULT);

        public Settings {
            networks = List.copyOf(networks);
        }
    }

    private final BlobStore blobs;
    private final Settings settings;
    private final Registry registry;
    private final UrlSource urls;
    private final BlockedNetworks blocked;

    /**
     * @param blobs where files are kept by digest; stays the caller's
     * @throws Problem INVALID when the settings name what is no network
     */
    public RemoteSources(BlobStore blobs, Settings settings) {
        this.blobs = blobs;
        this.settings = settings;
        this.blocked = BlockedNetworks.of(List.of("private")).except(settings.networks());
        this.registry = Registry.open(guarded(), blobs);
        this.urls = new UrlSource(this::reachable);
    }

    /**
     * The bytes of a file at a URL.
     *
     * @param say gets lines about how it goes
     * @throws Problem FORBIDDEN (the address), NOT_FOUND, TOO_LARGE, BAD_UPSTREAM (status, or another digest), UNAVAILABLE
     */
    byte[] url(String url, Digest digest, Consumer<String> say) {
        if (blobs.size(digest).isPresent()) {
            say.accept(url + " is there: " + digest.shortForm());
            return blobs.read(digest);
        }
        byte[] bytes = urls.fetch(url, say);
        Digest found = Digest.of(bytes);
        if (!found.equals(digest)) {
            throw new Problem(
                    Problem.Code.BAD_UPSTREAM,
                    Problem.WhoFailed.UPSTREAM,
                    false,
                    url + ": its digest is " + found + " (expected: " + digest + ")",
                    null,
                    null);
        }
        blobs.put(bytes);
        return bytes;
    }

    /**
     * The bytes of a package.
     *
     * @param host the registry's, or null for the one of the settings
     * @param version one, or a range of which the newest is taken
     * @throws Problem as {@link Registry#pull}; UNSUPPORTED when it is a whole app
     */
    byte[] registryPackage(@Nullable String host, String name, String version, Consumer<String> say) {
        String from = host == null ? settings.registry() : host;
        if (from == null) {
            throw Problem.guest(
                    Problem.Code.INVALID,
                    "package " + name
                            + ": no registry (expected: registry = \"HOST\" beside it, or wasm.sources.registry"
                            + " in Polder's configuration)",
                    null);
        }
        String exact = exact(from, name, version, say);
        say.accept("pulling " + name + " " + exact + " from " + from);
        PullLimits limits = PullLimits.DEFAULT;
        PullOptions options = PullOptions.DEFAULT
                .withLimits(new PullLimits(
                        limits.manifestBytes(),
                        limits.configBytes(),
                        MAX_WASM_BYTES,
                        2L * MAX_WASM_BYTES,
                        limits.layers(),
                        limits.unpackedBytes(),
                        limits.bundleEntries()))
                .withListener(told(say));
        return switch (registry.pullPackage(from, name, exact, options)) {
            case PulledApp.Component component -> blobs.read(component.wasm());
            case PulledApp.Spin _ ->
                throw Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        "package " + name + " of " + from + ": a whole Spin app (expected: one component)",
                        null);
        };
    }

    private String exact(String from, String name, String version, Consumer<String> say) {
        String one = version.startsWith("=") ? version.substring(1).strip() : version;
        if (VersionRange.isExact(one)) {
            return one;
        }
        String newest = registry.newest(from, name, VersionRange.parse(version));
        say.accept("the newest " + name + " " + version + " of " + from + " is " + newest);
        return newest;
    }

    /**
     * Pulls a whole app or a component, from where sources may come.
     *
     * @param say gets a line for each content
     * @throws Problem as {@link Registry#pull}
     */
    public PulledApp pull(Reference reference, Consumer<String> say) {
        say.accept("pulling " + reference);
        return registry.pull(reference, PullOptions.DEFAULT.withListener(told(say)));
    }

    /**
     * The same, asking the registry as a policy says.
     *
     * @param credentials for this pull only, or null for those of the settings
     */
    public PulledApp pull(
            Reference reference, PullPolicy policy, @Nullable CredentialSource credentials, Consumer<String> say) {
        say.accept("pulling " + reference);
        PullOptions options = PullOptions.DEFAULT.withPolicy(policy).withListener(told(say));
        if (credentials == null) {
            return registry.pull(reference, options);
        }
        try (Registry once = Registry.open(guarded().withCredentials(credentials), blobs)) {
            return once.pull(reference, options);
        }
    }

    private RegistryOptions guarded() {
        return settings.registries().withGuard(host -> {
            var _ = reachable(host);
        });
    }

    private static TransferListener told(Consumer<String> say) {
        return event -> {
            if (event.kind() == TransferEvent.Kind.DONE || event.kind() == TransferEvent.Kind.PRESENT) {
                say.accept("  " + event.digest().shortForm() + ": " + event.totalBytes() + " bytes"
                        + (event.kind() == TransferEvent.Kind.PRESENT ? ", there already" : ""));
            }
        };
    }

    /** The addresses of a host that may be asked; at least one. */
    private List<InetAddress> reachable(String host) {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw Problem.unavailable(host + ": no such host", e);
        }
        List<InetAddress> reachable =
                Stream.of(all).filter(address -> !blocked.blocks(address)).toList();
        if (reachable.isEmpty()) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.GUEST,
                    false,
                    host + " is " + all[0].getHostAddress()
                            + ", which is not public (expected: a public address, or its"
                            + " network in wasm.sources.networks of Polder's configuration)",
                    null,
                    null);
        }
        return reachable;
    }

    @Override
    public void close() {
        registry.close();
        urls.close();
    }
}
