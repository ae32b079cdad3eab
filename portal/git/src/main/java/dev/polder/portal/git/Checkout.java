package dev.polder.portal.git;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Writes a tree into a folder.
 *
 * <p>The tree is foreign: git's own check of names ran when it was pushed, but nothing here relies on it. Links are
 * written last, so no file is ever written through one.
 */
final class Checkout {

    private static final int MAX_LINK = 1_024;

    private final Repository repository;
    private final Path root;
    private final GitLimits limits;
    private int files;
    private long bytes;

    private record Link(Path at, Path target) {}

    Checkout(Repository repository, Path root, GitLimits limits) {
        this.repository = repository;
        this.root = root.toAbsolutePath().normalize();
        this.limits = limits;
    }

    void write(RevTree tree) throws IOException {
        Files.createDirectories(root);
        try (Stream<Path> there = Files.list(root)) {
            if (there.findAny().isPresent()) {
                throw Problem.invalid("checkout folder " + root + ": not empty (expected: an empty folder)");
            }
        }
        boolean done = false;
        try (TreeWalk walk = new TreeWalk(repository)) {
            walk.addTree(tree);
            walk.setRecursive(true);
            java.util.List<Link> links = new java.util.ArrayList<>();
            while (walk.next()) {
                writeEntry(walk, links);
            }
            for (Link link : links) {
                Files.createDirectories(link.at().getParent());
                Files.createSymbolicLink(link.at(), link.target());
            }
            done = true;
        } finally {
            if (!done) {
                GitRepositories.deleteTree(root);
                Files.createDirectories(root);
            }
        }
    }

    private void writeEntry(TreeWalk walk, java.util.List<Link> links) throws IOException {
        String path = walk.getPathString();
        if (++files > limits.maxFiles()) {
            throw Problem.tooLarge("checkout: more than " + limits.maxFiles() + " files");
        }
        Path file = inside(path);
        FileMode mode = walk.getFileMode(0);
        if (mode.equals(FileMode.GITLINK)) {
            throw new Problem(
                    Problem.Code.UNSUPPORTED,
                    Problem.WhoFailed.CALLER,
                    false,
                    path + ": a submodule (expected: the files themselves)",
                    null,
                    null);
        }
        ObjectLoader blob = walk.getObjectReader().open(walk.getObjectId(0), Constants.OBJ_BLOB);
        GitRepository.requireSize(path, blob.getSize(), limits);
        bytes += blob.getSize();
        if (bytes > limits.maxTreeBytes()) {
            throw Problem.tooLarge("checkout: more than " + limits.maxTreeBytes() + " bytes");
        }
        if (mode.equals(FileMode.SYMLINK)) {
            links.add(link(path, file, blob));
            return;
        }
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            blob.copyTo(out);
        }
        if (mode.equals(FileMode.EXECUTABLE_FILE)
                && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private Path inside(String path) {
        try {
            Path file = root.resolve(path).normalize();
            boolean plain = true;
            for (String part : path.split("/", -1)) {
                String lower = part.toLowerCase(Locale.ROOT);
                plain &= !part.isEmpty() && !part.equals(".") && !part.equals("..") && !lower.equals(Constants.DOT_GIT);
            }
            if (plain && file.startsWith(root) && !file.equals(root)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "path in the repository: " + e.getReason() + " (expected: a name the file system takes)",
                    null,
                    e);
        }
        throw Problem.invalid("path in the repository: \"" + path + "\" leaves the checkout folder");
    }

    private Link link(String path, Path file, ObjectLoader blob) throws IOException {
        if (blob.getSize() > MAX_LINK) {
            throw Problem.invalid(
                    path + ": a link of " + blob.getSize() + " bytes (expected: at most " + MAX_LINK + ")");
        }
        String text = new String(blob.getCachedBytes(), StandardCharsets.UTF_8);
        Path target = Path.of(text);
        if (target.isAbsolute() || !file.resolveSibling(target).normalize().startsWith(root)) {
            throw Problem.invalid(path + ": a link to " + text + " (expected: a target inside the repository)");
        }
        return new Link(file, target);
    }
}
