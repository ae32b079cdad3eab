package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a change of makes an app worth building anew: its manifest, what {@code build.watch} names (relative to the
 * component's {@code build.workdir}, as Spin does), the files that are mounted, and the wasm files that nothing builds.
 *
 * @param globs relative to the folder; they may begin with {@code ../}
 */
public record WatchedFiles(List<String> globs) {

    private static final int MAX_FILES = 100_000;

    /** Folders that no one edits by hand; a pattern that begins with one of them is honoured. */
    private static final Set<String> MADE = Set.of("target", "node_modules", ".git", ".spin", ".polder", "__pycache__");

    /** When and how large a file was. */
    public record Stamp(long modifiedMillis, long bytes) {}

    public WatchedFiles {
        globs = List.copyOf(globs);
    }

    /** What is watched of an app that is built at every change. */
    public static WatchedFiles of(SpinManifest spin) {
        return of(spin, true);
    }

    /** What is watched of an app: its sources, or the wasm files that somebody else makes of them. */
    public static WatchedFiles of(SpinManifest spin, boolean builds) {
        List<String> globs = new ArrayList<>(List.of(SpinManifest.FILE_NAME));
        for (SpinManifest.Component component : spin.components().values()) {
            SpinManifest.Build build = component.build();
            if (build != null && builds) {
                String prefix = build.workdir().isEmpty() ? "" : build.workdir() + "/";
                build.watch().forEach(glob -> globs.add(prefix + glob));
            } else if (component.source() instanceof SpinManifest.Source.Local(String path)) {
                globs.add(path);
            }
            component.files().forEach(mount -> {
                globs.add(mount.source());
                if (Glob.of(mount.source()).isLiteral()) {
                    globs.add(mount.source() + "/**");
                }
            });
        }
        return new WatchedFiles(globs.stream().map(WatchedFiles::plain).toList());
    }

    private static String plain(String glob) {
        String path = glob;
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        return path.replace("/./", "/");
    }

    /**
     * The watched files as they are now, by path.
     *
     * @throws Problem TOO_LARGE when there are too many, UNAVAILABLE
     */
    public Map<String, Stamp> look(Path folder) {
        List<Glob> patterns = globs.stream().map(Glob::of).toList();
        Map<String, Stamp> found = new TreeMap<>();
        for (String above : globs.stream().map(WatchedFiles::above).distinct().toList()) {
            look(folder, folder.resolve(above).normalize(), patterns, found);
        }
        return found;
    }

    /** The steps up that a pattern begins with. */
    private static String above(String glob) {
        int end = 0;
        while (glob.startsWith("../", end)) {
            end += 3;
        }
        return glob.substring(0, end);
    }

    private void look(Path folder, Path from, List<Glob> patterns, Map<String, Stamp> found) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                    String path = folder.relativize(visited).toString();
                    boolean made = MADE.contains(visited.getFileName().toString())
                            && globs.stream().noneMatch(glob -> glob.startsWith(path + "/"));
                    boolean wanted = visited.equals(from)
                            || (!made && patterns.stream().anyMatch(glob -> glob.mayMatchIn(path)));
                    return wanted ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String path = folder.relativize(file).toString();
                    if (patterns.stream().anyMatch(glob -> glob.matches(path))) {
                        if (found.size() >= MAX_FILES) {
                            throw Problem.tooLarge("more than " + MAX_FILES + " files to watch (expected: narrower"
                                    + " patterns in build.watch)");
                        }
                        found.put(path, new Stamp(attributes.lastModifiedTime().toMillis(), attributes.size()));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE; // it was removed in this moment, or is nobody's to read
                }
            });
        } catch (IOException e) {
            throw Problem.unavailable(from + " cannot be watched: " + e, e);
        }
    }
}
