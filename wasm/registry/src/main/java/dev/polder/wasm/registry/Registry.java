package dev.polder.wasm.registry;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.internal.Api;
import dev.polder.wasm.registry.internal.Assembly;
import dev.polder.wasm.registry.internal.Authorization;
import dev.polder.wasm.registry.internal.ComponentAssembly;
import dev.polder.wasm.registry.internal.ComponentLayout;
import dev.polder.wasm.registry.internal.Deadline;
import dev.polder.wasm.registry.internal.Fetch;
import dev.polder.wasm.registry.internal.PackageNames;
import dev.polder.wasm.registry.internal.Push;
import dev.polder.wasm.registry.internal.Resolve;
import dev.polder.wasm.registry.internal.SpinAssembly;
import dev.polder.wasm.registry.internal.SpinLayout;
import dev.polder.wasm.registry.internal.Tags;
import dev.polder.wasm.registry.internal.Trust;
import java.net.http.HttpClient;
import java.util.List;

/**
 * Pulls Wasm apps and components from OCI registries into a blob store, and pushes them: Spin's layout and that of the
 * CNCF's Wasm OCI artifact, over the OCI distribution specification 1.1.
 *
 * <p>A registry is a stranger. Sizes are looked at before anything is fetched, every byte is hashed on its way into the
 * store, bytes that do not match are not kept, and everything ends with the deadline. What was verified before a pull
 * failed stays in the store under its digest, and the next pull does not fetch it again; the manifest is stored last.
 *
 * <p>Calls block; safe for any thread.
 */
public final class Registry implements AutoCloseable {

    /** Versions that a message names. */
    private static final int SHOWN = 10;

    private final RegistryOptions options;
    private final BlobStore blobs;
    private final HttpClient client;
    private final Authorization authorization;

    private Registry(RegistryOptions options, BlobStore blobs, HttpClient client) {
        this.options = options;
        this.blobs = blobs;
        this.client = client;
        this.authorization = new Authorization(options.credentials());
    }

    /**
     * Prepares; no connection is made.
     *
     * @throws Problem INVALID when the file of certificate authorities cannot be used
     */
    public static Registry open(RegistryOptions options, BlobStore blobs) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.connectTimeout());
        if (options.certificateAuthority() != null) {
            client.sslContext(Trust.with(options.certificateAuthority()));
        }
        return new Registry(options, blobs, client.build());
    }

    /**
     * Pulls an app or component, whichever the reference names.
     *
     * @throws Problem NOT_FOUND, UNAUTHENTICATED, FORBIDDEN as the registry says; TOO_LARGE when a limit is passed;
     *     BAD_UPSTREAM when what came is wrong; UNSUPPORTED when it is not for this build; DEADLINE, UNAVAILABLE when it
     *     did not come
     */
    public PulledApp pull(Reference reference, PullOptions pull) {
        Api api = api(reference, "pull " + reference);
        Fetch fetch = new Fetch(api, blobs, pull);
        Resolve.Resolved resolved = new Resolve(api, fetch, pull).resolve(reference);
        pull.listener().on(new TransferEvent(TransferEvent.Kind.RESOLVED, resolved.digest(), 0, resolved.bytes()));
        PulledApp app = SpinLayout.isSpin(resolved.image())
                ? SpinLayout.pull(resolved, reference, fetch)
                : ComponentLayout.pull(resolved, reference, fetch);
        fetch.keepDocuments();
        return app;
    }

    /**
     * Pulls a package as wasm-pkg-tools name them: its repository is {@code NAMESPACE/NAME}, its tag the version, at the
     * registry and below the prefix that {@code /.well-known/wasm-pkg/registry.json} of the host says, if it says so.
     *
     * @param host of the registry, with a port where it has one
     * @param packageName {@code NAMESPACE:NAME}
     * @param version exact
     * @throws Problem as {@link #pull}
     */
    public PulledApp pullPackage(String host, String packageName, String version, PullOptions pull) {
        Reference plain = PackageNames.reference(host, "", packageName, version);
        return pull(PackageNames.resolve(api(plain, "pull " + packageName), host, packageName, version), pull);
    }

    /**
     * The newest version of a package in a range, by what is tagged as one.
     *
     * @param host of the registry, with a port where it has one
     * @param packageName {@code NAMESPACE:NAME}
     * @throws Problem NOT_FOUND that names versions that are there when none is in the range; else as {@link #pull}
     */
    public String newest(String host, String packageName, VersionRange range) {
        String any = "0.0.0";
        Reference plain = PackageNames.reference(host, "", packageName, any);
        String what = "list the versions of " + packageName;
        Reference found = PackageNames.resolve(api(plain, what), host, packageName, any);
        List<String> versions = Tags.list(api(found, what)).stream()
                .map(tag -> tag.replace('_', '+'))
                .toList();
        return range.newest(versions.stream()).orElseThrow(() -> {
            List<String> there = VersionRange.ANY.sorted(versions.stream()).reversed();
            return Problem.notFound("package " + packageName + " of " + host + ": no version " + range
                    + " (expected: a range that has one of: "
                    + String.join(", ", there.subList(0, Math.min(there.size(), SHOWN))) + ")");
        });
    }

    /**
     * Pushes an app or component. The manifest goes last: until it is there, the tag names what it named before.
     *
     * @throws Problem INVALID when the source cannot be used; else as {@link #pull}
     */
    public PushedApp push(AppSource source, Reference reference, PushOptions push) {
        try (Assembly assembly = assemble(source, push)) {
            return Push.send(assembly, reference, api(reference, "push " + reference), push);
        }
    }

    private static Assembly assemble(AppSource source, PushOptions push) {
        return switch (source) {
            case AppSource.Spin spin -> SpinAssembly.of(spin.app(), push);
            case AppSource.Component component -> ComponentAssembly.of(component, push);
        };
    }

    private Api api(Reference reference, String what) {
        return new Api(client, options, authorization, reference, new Deadline(options.deadline(), what));
    }

    /** Ends connections; transfers that run fail. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
