package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files that are mounted into a component: digests by path. Its own digest is that of its listing, so equal trees
 * have equal names. Immutable.
 *
 * @param files by relative path with {@code /} between the segments, in order of the paths
 */
record FileTree(Map<String, Digest> files) {

    static final int MAX_FILES = 5_000;
    static final int MAX_PATH = 1_024;

    FileTree {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        if (files.size() > MAX_FILES) {
            throw Problem.tooLarge("files: " + files.size() + " (expected: at most " + MAX_FILES + ")");
        }
        files.keySet().forEach(FileTree::checkPath);
    }

    /** One line for each file: its digest, a space, its path. */
    byte[] listing() {
        StringBuilder text = new StringBuilder();
        files.forEach(
                (path, digest) -> text.append(digest).append(' ').append(path).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    Digest digest() {
        return Digest.of(listing());
    }

    /** @throws Problem INVALID when it is not what {@link #listing} writes */
    static FileTree parse(byte[] listing) {
        Map<String, Digest> files = new TreeMap<>();
        for (String line : new String(listing, StandardCharsets.UTF_8).split("\n")) {
            int space = line.indexOf(' ');
            if (space < 0) {
                throw Problem.invalid(
                        "listing of files: \"" + TomlCursor.shortened(line) + "\" (expected: digest path)");
            }
            files.put(line.substring(space + 1), Digest.parse(line.substring(0, space)));
        }
        return new FileTree(files);
    }

    private static void checkPath(String path) {
        boolean plain =
                !path.isEmpty() && path.length() <= MAX_PATH && path.chars().noneMatch(c -> c < ' ' || c == '\\');
        for (String segment : path.split("/", -1)) {
            plain &= !segment.isEmpty() && !segment.equals(".") && !segment.equals("..");
        }
        if (!plain) {
            throw Problem.invalid("file \"" + TomlCursor.shortened(path)
                    + "\" (expected: a relative path of at most " + MAX_PATH
                    + " characters without \\, control characters, empty segments, . and ..)");
        }
    }
}
