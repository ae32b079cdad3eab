package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a {@code file} target stands for: one file, everything in a folder, or all that match a glob. */
final class FileTargets {

    /**
     * The files of a target.
     *
     * @param files sorted; empty when nothing is there
     * @param root the folder that placeholders in these files may not leave
     * @param folder whether the target is a folder, where files that hold no entities are passed over in silence
     */
    record Found(List<Path> files, Path root, boolean folder) {}

    private static final int MAX_FILES = 50_000;

    /** Dependencies and templates' skeletons hold descriptors that are not this organisation's. */
    private static final Set<String> SKIPPED = Set.of("node_modules", "skeleton", "target");

    private FileTargets() {}

    /**
     * Looks at the disk.
     *
     * @throws Problem TOO_LARGE beyond 50,000 files; INVALID when a folder cannot be read
     */
    static Found find(String target) {
        if (isGlob(target)) {
            Path base = globBase(target);
            Pattern pattern = Pattern.compile(regex(target));
            return new Found(walk(base, file -> pattern.matcher(file.toString()).matches(), false), base, false);
        }
        Path path = Path.of(target).normalize();
        if (Files.isDirectory(path)) {
            return new Found(walk(path, FileTargets::isYaml, true), path, true);
        }
        Path parent = path.getParent();
        return new Found(Files.isRegularFile(path) ? List.of(path) : List.of(), parent == null ? path : parent, false);
    }

    static boolean isGlob(String target) {
        return target.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    private static boolean isYaml(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /** The folder above the first wildcard. */
    static Path globBase(String glob) {
        int wildcard = glob.length();
        for (char c : "*?[{".toCharArray()) {
            int at = glob.indexOf(c);
            wildcard = at >= 0 ? Math.min(wildcard, at) : wildcard;
        }
        int slash = glob.lastIndexOf('/', wildcard);
        return Path.of(slash <= 0 ? "/" : glob.substring(0, slash));
    }

    private static List<Path> walk(Path base, Predicate<Path> wanted, boolean skipping) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(base)) {
            return found;
        }
        try {
            Files.walkFileTree(base, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = String.valueOf(folder.getFileName());
                    boolean passed = name.startsWith(".") || name.equals("node_modules");
                    return !folder.equals(base) && (passed || (skipping && SKIPPED.contains(name)))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && wanted.test(file)) {
                        found.add(file);
                        if (found.size() > MAX_FILES) {
                            throw Problem.tooLarge(base + ": more than " + MAX_FILES + " descriptor files");
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    // A file that vanished during the walk is no failure of the folder.
                    if (Files.exists(file)) {
                        throw failure;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw Problem.invalid("file " + base + " could not be read, " + e);
        }
        Collections.sort(found);
        return found;
    }

    /** {@code *} and {@code ?} stay within a name, {@code **} crosses folders and may stand for none. */
    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (glob.startsWith("**/", i)) {
                regex.append("(?:[^/]+/)*");
                i += 2;
            } else if (glob.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '{' && glob.indexOf('}', i) > 0) {
                regex.append("(?:");
                braces++;
            } else if (c == '}' && braces > 0) {
                regex.append(')');
                braces--;
            } else if (c == ',' && braces > 0) {
                regex.append('|');
            } else if (c == '[' && glob.indexOf(']', i) > i + 1) {
                int end = glob.indexOf(']', i);
                String set = glob.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
                regex.append('[')
                        .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                        .append(']');
                i = end;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
