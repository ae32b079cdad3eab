package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Paths that templates name: inside their folder whatever they write, links included. */
final class SafePaths {

    private SafePaths() {}

    /**
     * The path, which need not exist.
     *
     * @throws Problem INVALID when it leaves the folder
     */
    static Path inside(Path folder, String relative, String what) {
        Path root = folder.toAbsolutePath().normalize();
        Path path;
        try {
            path = Path.of(relative.replace('\\', '/'));
        } catch (InvalidPathException e) {
            throw new Problem(Problem.Code.INVALID, Problem.WhoFailed.CALLER, false, "path: " + e.getReason(), null, e);
        }
        Path resolved = root.resolve(path).normalize();
        if (path.isAbsolute() || !resolved.startsWith(root)) {
            throw escape(relative, what);
        }
        try {
            // the nearest ancestor that exists; both begin with the root, so the walk ends there
            Path existing = root;
            for (Path part : root.relativize(resolved)) {
                Path next = existing.resolve(part);
                if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                    break;
                }
                existing = next;
            }
            if (Files.exists(root) && !existing.toRealPath().startsWith(root.toRealPath())) {
                throw escape(relative, what);
            }
        } catch (IOException e) {
            // a link that leads nowhere: writing through it would make a file wherever it points
            throw escape(relative, what);
        }
        return resolved;
    }

    private static Problem escape(String relative, String what) {
        return Problem.invalid(
                "path \"" + relative + "\" leaves the " + what + " (expected: a relative path that stays inside it)");
    }
}
