package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists and copies folders within limits; links are copied as links, never followed. */
final class FileTrees {

    private static final int MAX_FILES = 20_000;
    private static final long MAX_FILE = 50L * 1024 * 1024;
    private static final long MAX_TREE = 200L * 1024 * 1024;

    private FileTrees() {}

    /**
     * One thing in a folder.
     *
     * @param path relative, with {@code /}; a folder's ends with one
     */
    record Entry(String path, Path file, boolean folder, boolean link) {}

    /** Everything below a folder but {@code .git}, sorted by path. */
    static List<Entry> list(Path root) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long[] bytes = {0};
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (folder.equals(root)) {
                    return FileVisitResult.CONTINUE;
                }
                if (folder.getFileName().toString().equals(".git")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                entries.add(new Entry(relative(root, folder) + "/", folder, true, false));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                if (entries.size() >= MAX_FILES || bytes[0] > MAX_TREE || attributes.size() > MAX_FILE) {
                    throw Problem.tooLarge(relative(root, file) + ": beyond the limits (expected: at most " + MAX_FILES
                            + " files, " + MAX_FILE + " bytes each, " + MAX_TREE + " together)");
                }
                entries.add(new Entry(relative(root, file), file, false, attributes.isSymbolicLink()));
                return FileVisitResult.CONTINUE;
            }
        });
        entries.sort((a, b) -> a.path().compareTo(b.path()));
        return entries;
    }

    private static String relative(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** Copies a file or a link; a link is checked to stay inside the workspace. */
    static void copy(ActionContext context, Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        if (Files.isSymbolicLink(from)) {
            Path target = Files.readSymbolicLink(from);
            if (target.isAbsolute()
                    || !to.resolveSibling(target)
                            .normalize()
                            .startsWith(context.workspace().normalize())) {
                throw Problem.invalid(
                        "link " + from.getFileName() + " to " + target + " (expected: a target inside the workspace)");
            }
        }
        Files.copy(
                from,
                to,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES,
                LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes a file with the permissions of another; a link that stands there is replaced, not written through. */
    static void write(Path to, byte[] content, Optional<Path> like) throws IOException {
        Files.createDirectories(to.getParent());
        if (Files.isSymbolicLink(to)) {
            Files.delete(to);
        }
        Files.write(to, content);
        if (like.isPresent() && to.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(like.get());
            permissions.add(PosixFilePermission.OWNER_WRITE);
            permissions.add(PosixFilePermission.OWNER_READ);
            Files.setPosixFilePermissions(to, permissions);
        }
    }

    /** The file's text, or empty when it is binary: it holds a NUL or is not UTF-8. */
    static Optional<String> text(byte[] content) {
        for (byte b : content) {
            if (b == 0) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
