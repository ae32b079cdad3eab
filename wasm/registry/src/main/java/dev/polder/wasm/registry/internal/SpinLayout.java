package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.LockedApp.Component;
import dev.polder.wasm.registry.LockedApp.Content;
import dev.polder.wasm.registry.LockedApp.Dependency;
import dev.polder.wasm.registry.LockedApp.Mount;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PulledApp;
import dev.polder.wasm.registry.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a Spin app: the locked app is a layer (since Spin 2) or the config (before), the bytes it names are layers of
 * their own, inline, or files of a bundle. What the locked app does not name is not fetched.
 */
public final class SpinLayout {

    /** Set by early versions of Spin on layers that stand for an empty file, since registries refused empty blobs. */
    private static final String EMPTY = "com.fermyon.spin.application.layer.isEmpty";

    private final Manifest.Image image;
    private final Fetch fetch;
    private final Map<Digest, Descriptor> layers = new HashMap<>();

    private SpinLayout(Manifest.Image image, Fetch fetch) {
        this.image = image;
        this.fetch = fetch;
        image.layers().forEach(layer -> layers.put(layer.digest(), layer));
    }

    public static boolean isSpin(Manifest.Image image) {
        return !lockedApps(image).isEmpty();
    }

    public static PulledApp.Spin pull(Resolve.Resolved resolved, Reference reference, Fetch fetch) {
        LockedApp app = new SpinLayout(resolved.image(), fetch).pull("manifest " + resolved.digest());
        return new PulledApp.Spin(
                reference.pinned(resolved.digest()),
                resolved.digest(),
                resolved.image().annotations(),
                app);
    }

    private static List<Descriptor> lockedApps(Manifest.Image image) {
        List<Descriptor> found = image.layers().stream()
                .filter(layer -> layer.mediaType().equals(MediaTypes.SPIN_APPLICATION))
                .toList();
        boolean asConfig = image.config().mediaType().equals(MediaTypes.SPIN_APPLICATION);
        return found.isEmpty() && asConfig ? List.of(image.config()) : found;
    }

    private LockedApp pull(String manifest) {
        List<Descriptor> found = lockedApps(image);
        if (found.size() != 1) {
            throw Origin.REGISTRY.wrong(
                    found.size() + " locked apps (expected: one)",
                    Where.of(manifest).field("layers"));
        }
        Descriptor locked = found.getFirst();
        String source = "locked app " + locked.digest();
        byte[] json = fetch.bytes(locked, fetch.limits().configBytes(), "locked app");
        LockedApp app = LockedJson.read(json, source, Origin.REGISTRY);
        app = withEmptyFiles(app);

        Set<Digest> wanted = new LinkedHashSet<>();
        List<byte[]> inline = new ArrayList<>();
        contents(app).forEach((where, content) -> {
            byte[] bytes = content.inlineBytes();
            if (bytes == null) {
                wanted.add(requireDigest(content, source, where));
            } else {
                requireInline(content, bytes, source, where);
                inline.add(bytes);
            }
        });
        app.components().forEach(component -> requireSafePaths(component, source));
        List<Descriptor> bundles = image.layers().stream()
                .filter(layer -> layer.mediaType().equals(MediaTypes.CONTENT_BUNDLE))
                .toList();
        Set<Digest> inBundles = new HashSet<>(wanted);
        inBundles.removeAll(layers.keySet());
        if (!inBundles.isEmpty() && bundles.isEmpty()) {
            throw missing(inBundles, source);
        }
        // bundles first: one that is refused leaves nothing
        unpack(bundles, inBundles, source);
        fetch.store(wanted.stream().filter(layers::containsKey).map(layers::get).toList());
        inline.forEach(bytes -> fetch.blobs().put(bytes));
        return withDigests(app);
    }

    private void unpack(List<Descriptor> bundles, Set<Digest> wanted, String source) {
        Bundle reader = new Bundle(fetch.limits());
        for (Descriptor bundle : bundles) {
            if (stillMissing(wanted).isEmpty()) {
                return;
            }
            try {
                Path file = Files.createTempFile("bundle-", ".tar.gz");
                try {
                    fetch.toFile(bundle, file);
                    reader.unpack(file, "bundle " + bundle.digest(), wanted, fetch.blobs());
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw Problem.unavailable("bundle " + bundle.digest() + ": " + e.getMessage(), e);
            }
        }
        Set<Digest> missing = stillMissing(wanted);
        if (!missing.isEmpty()) {
            throw missing(missing, source);
        }
    }

    private Set<Digest> stillMissing(Set<Digest> wanted) {
        Set<Digest> missing = new LinkedHashSet<>(wanted);
        missing.removeIf(digest -> fetch.blobs().size(digest).isPresent());
        return missing;
    }

    private static Problem missing(Set<Digest> digests, String source) {
        return Api.upstream(source + ": names " + digests.size() + " contents that the manifest does not have, such as "
                + digests.iterator().next() + " (expected: a layer, inline bytes or a file of a bundle for each)");
    }

    /** All contents by the place where they stand. */
    private static Map<String, Content> contents(LockedApp app) {
        Map<String, Content> contents = new LinkedHashMap<>();
        for (Component component : app.components()) {
            String at = "components[" + component.id() + "]";
            contents.put(at + ".source", component.source().content());
            component.files().forEach(mount -> contents.put(at + ".files[" + mount.path() + "]", mount.content()));
            component
                    .dependencies()
                    .forEach((name, dependency) -> contents.put(
                            at + ".dependencies[" + name + "]",
                            dependency.source().content()));
            put(contents, at, component.triggerDependencies());
        }
        for (LockedApp.Trigger trigger : app.triggers()) {
            put(contents, "triggers[" + trigger.id() + "]", trigger.dependencies());
        }
        return contents;
    }

    private static void put(Map<String, Content> contents, String at, Map<String, List<Dependency>> byRole) {
        byRole.forEach((role, dependencies) -> {
            for (int i = 0; i < dependencies.size(); i++) {
                contents.put(
                        at + ".trigger_dependencies." + role + "[" + i + "]",
                        dependencies.get(i).source().content());
            }
        });
    }

    private static Digest requireDigest(Content content, String source, String where) {
        Digest digest = content.digest();
        if (digest == null) {
            throw Origin.REGISTRY.wrong(
                    "no digest (expected: sha256:HEX, since the app is in a registry)",
                    Where.of(source).field(where));
        }
        return digest;
    }

    private static void requireInline(Content content, byte[] bytes, String source, String where) {
        Digest digest = content.digest();
        if (digest != null && !digest.equals(Digest.of(bytes))) {
            throw Origin.REGISTRY.wrong(
                    "inline bytes with the digest " + Digest.of(bytes) + " (expected: " + digest + ")",
                    Where.of(source).field(where));
        }
    }

    private static void requireSafePaths(Component component, String source) {
        Set<String> paths = new HashSet<>();
        for (Mount mount : component.files()) {
            Where where = Where.of(source).field("components[" + component.id() + "].files");
            if (!GuestPath.isSafe(mount.path())) {
                throw Origin.REGISTRY.wrong(
                        "path \"" + Answer.printable(mount.path()) + "\" (expected: " + GuestPath.EXPECTED + ")",
                        where);
            }
            if (!paths.add(mount.path())) {
                throw Origin.REGISTRY.wrong(
                        "path \"" + Answer.printable(mount.path()) + "\" twice (expected: once)", where);
            }
        }
    }

    /** Contents whose layer stands for no bytes become inline. */
    private LockedApp withEmptyFiles(LockedApp app) {
        if (image.layers().stream().noneMatch(layer -> layer.annotations().containsKey(EMPTY))) {
            return app;
        }
        return app.withContents(content -> {
            Descriptor layer = content.digest() == null ? null : layers.get(content.digest());
            boolean empty = layer != null && "true".equals(layer.annotations().get(EMPTY));
            return empty ? Content.of(new byte[0]) : content;
        });
    }

    /** Every content of the pulled app has a digest, so that a reader needs no second case. */
    private static LockedApp withDigests(LockedApp app) {
        return app.withContents(content -> {
            byte[] bytes = content.inlineBytes();
            return bytes == null ? content : Content.of(bytes);
        });
    }
}
