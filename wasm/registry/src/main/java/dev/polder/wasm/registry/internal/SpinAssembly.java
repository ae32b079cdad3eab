package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.LockedApp.Component;
import dev.polder.wasm.registry.LockedApp.Content;
import dev.polder.wasm.registry.LockedApp.Mount;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PushOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes layers of a Spin app as Spin 2 and 3 do: one for each component and file, the locked app last, and an image
 * config that only names it. Files of up to 128 bytes stand inline in the locked app; when there are more than 500
 * layers, each mount becomes one bundle.
 */
public final class SpinAssembly {

    static final int MAX_LAYERS = 500;
    static final int INLINE_BYTES = 128;

    private static final String LABEL = "com.fermyon.spin.lockedAppDigest";

    private final Map<Digest, Blob> layers = new LinkedHashMap<>();
    private final Set<Digest> fileDigests = new HashSet<>();
    private final List<Path> temporaryFiles = new ArrayList<>();
    private final boolean bundles;

    private SpinAssembly(boolean bundles) {
        this.bundles = bundles;
    }

    public static Assembly of(LockedApp app, PushOptions options) {
        if (!options.forceBundles()) {
            SpinAssembly assembly = new SpinAssembly(false);
            LockedApp locked = assembly.lock(app);
            if (assembly.layers.size() < MAX_LAYERS) {
                return assembly.finish(locked, options);
            }
        }
        SpinAssembly assembly = new SpinAssembly(true);
        try {
            LockedApp locked = assembly.lock(app);
            if (assembly.layers.size() >= MAX_LAYERS) {
                throw Problem.tooLarge("app: " + (assembly.layers.size() + 1) + " layers (expected: at most "
                        + MAX_LAYERS + ", so that many components and mounts less one)");
            }
            return assembly.finish(locked, options);
        } catch (RuntimeException e) {
            Assembly.delete(assembly.temporaryFiles);
            throw e;
        }
    }

    private Assembly finish(LockedApp locked, PushOptions options) {
        Blob document = Blob.of(MediaTypes.SPIN_APPLICATION, locked.write());
        Map<Digest, Blob> all = new LinkedHashMap<>(layers);
        all.put(document.descriptor().digest(), document);
        Map<String, String> annotations = new TreeMap<>();
        annotate(annotations, "title", locked.metadata().get("name"));
        annotate(annotations, "version", locked.metadata().get("version"));
        annotate(annotations, "description", locked.metadata().get("description"));
        annotate(annotations, "authors", locked.metadata().get("authors"));
        annotations.putAll(options.annotations());
        return new Assembly(
                Blob.of(MediaTypes.IMAGE_CONFIG, config(document.descriptor().digest())),
                List.copyOf(all.values()),
                annotations,
                List.copyOf(temporaryFiles));
    }

    /** Container runtimes read it and take its digest as the image's identity: so it differs from app to app. */
    private static byte[] config(Digest lockedApp) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("architecture", "wasm");
        root.put("os", "wasip1");
        root.putObject("config").putObject("Labels").put(LABEL, lockedApp.toString());
        ObjectNode files = root.putObject("rootfs");
        files.put("type", "layers");
        files.putArray("diff_ids");
        return Fields.write(root);
    }

    private static void annotate(Map<String, String> annotations, String name, @Nullable JsonNode value) {
        if (value == null) {
            return;
        }
        List<String> texts = value.isArray()
                ? value.valueStream().map(item -> item.asString("")).toList()
                : List.of(value.asString(""));
        String text =
                String.join(", ", texts.stream().filter(item -> !item.isEmpty()).toList());
        if (!text.isEmpty()) {
            annotations.put("org.opencontainers.image." + name, text);
        }
    }

    private LockedApp lock(LockedApp app) {
        List<Component> withFiles = new ArrayList<>();
        for (Component component : app.components()) {
            List<Mount> files = new ArrayList<>();
            component.files().forEach(mount -> files.addAll(lock(component, mount)));
            withFiles.add(component.with(
                    component.source(), List.copyOf(files), component.dependencies(), component.triggerDependencies()));
        }
        ObjectNode metadata = app.metadata().deepCopy();
        metadata.remove("origin");
        LockedApp plain = new LockedApp(
                app.mustUnderstand(), metadata, app.hostRequirements(), app.variables(), app.triggers(), withFiles);
        // files have their digests already; what still names a file is Wasm
        return plain.withContents(content -> {
            boolean locked = content.digest() != null && fileDigests.contains(content.digest());
            if (content.inline() != null || locked) {
                return content;
            }
            return Content.of(layer(MediaTypes.CONTENT_WASM, path(content)));
        });
    }

    private List<Mount> lock(Component component, Mount mount) {
        String root = relative(mount.path());
        if (mount.content().inline() != null) {
            return List.of(new Mount(mount.content(), requireSafe(root, component)));
        }
        Path source = path(mount.content());
        Map<String, Path> files = files(source, root, component);
        if (bundles && !files.isEmpty()) {
            bundle(files);
        }
        List<Mount> mounts = new ArrayList<>();
        files.forEach((path, file) -> mounts.add(new Mount(lock(file), path)));
        return mounts;
    }

    private Content lock(Path file) {
        try {
            if (Files.size(file) <= INLINE_BYTES) {
                return Content.of(Files.readAllBytes(file));
            }
            Digest digest = bundles ? Digest.of(file) : layer(MediaTypes.CONTENT_DATA, file);
            fileDigests.add(digest);
            return Content.of(digest);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The files of a mount by their path in the guest, sorted. */
    private static Map<String, Path> files(Path source, String root, Component component) {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(source)) {
            for (Path file : (Iterable<Path>) walk::iterator) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw Problem.invalid(file + ": a link or device (expected: files and folders)");
                }
                String below = source.relativize(file)
                        .toString()
                        .replace(source.getFileSystem().getSeparator(), "/");
                String path = root.isEmpty() || below.isEmpty() ? root + below : root + "/" + below;
                files.put(requireSafe(path, component), file);
            }
        } catch (IOException e) {
            throw unreadable(source, e);
        }
        return files;
    }

    private void bundle(Map<String, Path> files) {
        try {
            Path archive = Files.createTempFile("bundle-", ".tar.gz");
            temporaryFiles.add(archive);
            try (TarWriter tar = new TarWriter(new GZIPOutputStream(Files.newOutputStream(archive)))) {
                for (Map.Entry<String, Path> file : files.entrySet()) {
                    tar.file(file.getKey(), file.getValue());
                }
            }
            layer(MediaTypes.CONTENT_BUNDLE, archive);
        } catch (IOException e) {
            throw Problem.unavailable("bundle: " + e.getMessage(), e);
        }
    }

    private Digest layer(String mediaType, Path file) {
        Blob blob = Blob.of(mediaType, file);
        layers.putIfAbsent(blob.descriptor().digest(), blob);
        return blob.descriptor().digest();
    }

    private static Path path(Content content) {
        String source = String.valueOf(content.source());
        try {
            URI uri = URI.create(source);
            if ("file".equals(uri.getScheme())) {
                return Path.of(uri);
            }
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw Problem.invalid("source: \"" + source + "\": " + e.getMessage() + " (expected: a file: URI)");
        }
        throw Problem.invalid("source: \"" + source + "\" (expected: a file: URI, since it is to be pushed)");
    }

    private static String relative(String path) {
        String relative = path;
        while (relative.startsWith("/")) {
            relative = relative.substring(1);
        }
        return relative.endsWith("/") ? relative.substring(0, relative.length() - 1) : relative;
    }

    private static String requireSafe(String path, Component component) {
        if (!GuestPath.isSafe(path)) {
            throw Problem.invalid("component " + component.id() + ": file path \"" + path + "\" (expected: "
                    + GuestPath.EXPECTED + ")");
        }
        return path;
    }

    private static Problem unreadable(Path file, IOException e) {
        return Problem.invalid(file + ": " + e + " (expected: a file or folder that can be read)");
    }
}
