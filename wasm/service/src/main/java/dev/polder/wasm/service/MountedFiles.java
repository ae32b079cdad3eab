package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects what a component's {@code files} ask for out of a source folder. Links are followed as long as they stay in
 * the folder; folders reached by a link are not searched.
 *
 * <p>Source: Spin's loader: a glob mounts the files that it matches under their own paths, a literal path of a folder all
 * that is in it, {@code {source, destination}} a file or folder under another path; {@code exclude_files} counts for all.
 */
final class MountedFiles {

    private static final int MAX_FILE = 32 << 20;
    private static final long MAX_TOTAL = 128L << 20;
    private static final int MAX_SEEN = 200_000;

    private final Path root;
    private final boolean anywhere;
    private final SpinManifest.Component component;
    private final List<Glob> excluded;
    private final Map<String, byte[]> found = new LinkedHashMap<>();
    private final Set<String> sources = new LinkedHashSet<>();
    private long total;
    private int seen;

    /**
     * @param root a real path
     * @param anywhere whether sources may lead out of it
     */
    MountedFiles(Path root, SpinManifest.Component component, boolean anywhere) {
        this.anywhere = anywhere;
        this.root = root;
        this.component = component;
        this.excluded = component.excludeFiles().stream().map(Glob::of).toList();
    }

    /**
     * The files by the path that the guest sees, without the leading slash.
     *
     * @throws Problem INVALID when a source is not there or leads out of the folder, TOO_LARGE
     */
    Map<String, byte[]> collect() throws IOException {
        for (SpinManifest.FileMount mount : component.files()) {
            String destination = mount.destination();
            Glob glob = Glob.of(mount.source());
            if (destination == null && !glob.isLiteral()) {
                walk(root, path -> glob.matches(path) ? path : null);
                continue;
            }
            Path from = root.resolve(mount.source()).normalize();
            if (!Files.exists(from)) {
                throw refused("\"" + mount.source() + "\" is not there (expected: a file or a folder)");
            }
            String prefix = relative(from);
            String target = destination == null ? prefix : trimmed(destination);
            if (Files.isDirectory(from)) {
                walk(from, path -> join(target, path.substring(prefix.isEmpty() ? 0 : prefix.length() + 1)));
            } else {
                add(from, target);
            }
        }
        return found;
    }

    /** Where the collected files are, relative to the folder. */
    Set<String> sources() {
        return sources;
    }

    private interface Naming {
        /** The guest's name of a path relative to the root, or null when it is not mounted. */
        @org.jspecify.annotations.Nullable
        String of(String path);
    }

    private void walk(Path from, Naming naming) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (++seen > MAX_SEEN) {
                    throw refused("more than " + MAX_SEEN + " files to search (expected: fewer)");
                }
                String name = naming.of(relative(file));
                if (name != null && (attributes.isRegularFile() || Files.isRegularFile(file))) {
                    add(file, name);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void add(Path file, String name) throws IOException {
        String path = relative(file);
        if (excluded.stream().anyMatch(glob -> glob.matches(path))) {
            return;
        }
        Path real = file.toRealPath();
        if (!anywhere && !real.startsWith(root)) {
            throw refused("\"" + path + "\" leads out of the source folder (expected: a file inside it)");
        }
        long size = Files.size(real);
        total += size;
        if (size > MAX_FILE || total > MAX_TOTAL || found.size() >= FileTree.MAX_FILES) {
            throw Problem.tooLarge("files of component " + component.id() + ": \"" + path + "\" is one too many"
                    + " (expected: at most " + FileTree.MAX_FILES + " files of " + (MAX_FILE >> 20) + " MiB each, "
                    + (MAX_TOTAL >> 20) + " MiB together)");
        }
        if (Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            found.put(name, Files.readAllBytes(real));
            sources.add(path);
        }
    }

    private String relative(Path path) {
        return root.relativize(path).toString();
    }

    private static String join(String folder, String path) {
        return folder.isEmpty() ? path : folder + "/" + path;
    }

    private static String trimmed(String destination) {
        String path = Path.of(destination).normalize().toString();
        return path.equals("/") ? "" : path.substring(1);
    }

    private Problem refused(String text) {
        return Problem.guest(Problem.Code.INVALID, "files: " + text, null)
                .at(component.where().field("component." + component.id() + ".files"));
    }
}
