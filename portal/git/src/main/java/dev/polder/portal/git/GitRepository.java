package dev.polder.portal.git;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * One bare repository. Holds no open files between calls; all methods block and are safe for any thread.
 *
 * <p>Commits are named by 40 hexadecimal digits, branches without {@code refs/heads/}, paths with {@code /}.
 */
public final class GitRepository {

    /** Who a commit is by. */
    public record Author(String name, String email) {}

    private final RepositoryName address;
    private final Path place;
    private final GitLimits limits;

    GitRepository(RepositoryName address, Path place, GitLimits limits) {
        this.address = address;
        this.place = place;
        this.limits = limits;
    }

    static Repository open(Path place) throws IOException {
        return new FileRepositoryBuilder().setGitDir(place.toFile()).setBare().build();
    }

    public RepositoryName address() {
        return address;
    }

    /** The line that was given when it was made. */
    public String description() {
        try {
            return Files.readString(place.resolve("description"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** The branch that HEAD names, whether it has commits or not. */
    public String defaultBranch() {
        try (Repository repository = open(place)) {
            String full = repository.getFullBranch();
            return full != null && full.startsWith(Constants.R_HEADS)
                    ? full.substring(Constants.R_HEADS.length())
                    : Constants.MASTER;
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** The commit a branch points at; empty when the branch is not there or has no commit. */
    public Optional<String> head(String branch) {
        try (Repository repository = open(place)) {
            Ref ref = repository.exactRef(Constants.R_HEADS + branch);
            return ref == null || ref.getObjectId() == null
                    ? Optional.empty()
                    : Optional.of(ref.getObjectId().name());
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /**
     * Commits a folder as the whole content of the default branch, on top of what is there.
     *
     * <p>{@code .git} is left out; the executable bit is kept; a symbolic link is kept when it stays inside the folder.
     *
     * @return the new commit
     * @throws Problem INVALID for a link that leaves the folder, TOO_LARGE beyond a limit, CONFLICT when somebody else
     *     moved the branch meanwhile
     */
    public String importFolder(Path folder, Author author, String message) {
        try (Repository repository = open(place)) {
            return new FolderImport(repository, folder, limits)
                    .commit(
                            Constants.R_HEADS + defaultBranch(),
                            new PersonIdent(author.name(), author.email()),
                            message);
        } catch (IOException e) {
            throw failed("import into", e);
        }
    }

    /**
     * Writes the files of a commit into a folder that is empty or not there yet. On failure the folder is empty again.
     *
     * @throws Problem NOT_FOUND for an unknown commit, INVALID for a path or link that leaves the folder, UNSUPPORTED for
     *     a submodule, TOO_LARGE beyond a limit
     */
    public void checkout(String commit, Path folder) {
        try (Repository repository = open(place);
                RevWalk walk = new RevWalk(repository)) {
            new Checkout(repository, folder, limits)
                    .write(walk.parseCommit(commitId(repository, commit)).getTree());
        } catch (IOException e) {
            throw failed("check out", e);
        }
    }

    /**
     * One file at the tip of a branch; {@code HEAD} means the default branch. Empty when branch or file is not there.
     *
     * @throws Problem TOO_LARGE when it is larger than {@link GitLimits#maxFileBytes()}
     */
    public Optional<byte[]> readFile(String branch, String path) {
        if (path.isEmpty() || path.startsWith("/") || path.endsWith("/") || path.contains("//")) {
            return Optional.empty();
        }
        try (Repository repository = open(place);
                RevWalk walk = new RevWalk(repository);
                ObjectReader reader = repository.newObjectReader()) {
            Ref ref = branch.equals(Constants.HEAD)
                    ? repository.exactRef(Constants.HEAD)
                    : repository.exactRef(Constants.R_HEADS + branch);
            if (ref == null || ref.getObjectId() == null) {
                return Optional.empty();
            }
            RevCommit commit = walk.parseCommit(ref.getObjectId());
            try (TreeWalk file = TreeWalk.forPath(reader, path, commit.getTree())) {
                if (file == null || file.getFileMode(0).getObjectType() != Constants.OBJ_BLOB) {
                    return Optional.empty();
                }
                ObjectLoader blob = reader.open(file.getObjectId(0), Constants.OBJ_BLOB);
                requireSize(path, blob.getSize(), limits);
                return Optional.of(blob.getCachedBytes((int) Math.min(Integer.MAX_VALUE, limits.maxFileBytes())));
            }
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    Path place() {
        return place;
    }

    static void requireSize(String path, long size, GitLimits limits) {
        if (size > limits.maxFileBytes()) {
            throw Problem.tooLarge(path + ": " + size + " bytes (expected: at most " + limits.maxFileBytes() + ")");
        }
    }

    private ObjectId commitId(Repository repository, String commit) throws IOException {
        if (ObjectId.isId(commit)) {
            ObjectId id = ObjectId.fromString(commit);
            if (repository.getObjectDatabase().has(id)) {
                return id;
            }
        }
        throw Problem.notFound("commit " + commit + ": not in repository " + address
                + " (expected: 40 hexadecimal digits of a commit in it)");
    }

    private Problem failed(String verb, IOException e) {
        return Problem.unavailable("repository " + address + ": cannot " + verb + " it: " + e.getMessage(), e);
    }
}
