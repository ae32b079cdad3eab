package dev.polder.portal.git;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;

/**
 * The bare repositories of one data folder, {@code FOLDER/NAMESPACE/NAME.git}.
 *
 * <p>They are ordinary git repositories: git's own tools can read, back up and repair them. All methods block and are
 * safe for any thread, virtual ones included. Serve them with {@link GitHttpService}.
 */
public final class GitRepositories {

    private static final String SUFFIX = ".git";

    private final Path folder;
    private final GitLimits limits;
    private final List<PushListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param folder made when it is not there
     * @throws Problem UNAVAILABLE when it cannot be made
     */
    public GitRepositories(Path folder, GitLimits limits) {
        HermeticSystemReader.install();
        this.folder = folder.toAbsolutePath().normalize();
        this.limits = limits;
        try {
            Files.createDirectories(this.folder);
            removeLeftovers();
        } catch (IOException e) {
            throw Problem.unavailable("git folder " + folder + ": " + e, e);
        }
    }

    /** Adds a listener for pushes over HTTP; imports do not call it. */
    public void onPush(PushListener listener) {
        listeners.add(listener);
    }

    /**
     * Makes an empty repository.
     *
     * @param description one line for people; may be empty
     * @param defaultBranch what HEAD names, such as {@code main}
     * @throws Problem CONFLICT when the name is taken, INVALID for a bad name or branch
     */
    public GitRepository create(String namespace, String name, String description, String defaultBranch) {
        RepositoryName address = new RepositoryName(namespace, name);
        if (defaultBranch.length() > 200 || !Repository.isValidRefName(Constants.R_HEADS + defaultBranch)) {
            throw Problem.invalid("default branch: \"" + defaultBranch + "\" (expected: a branch name such as main)");
        }
        Path place = place(address);
        try {
            Files.createDirectories(place.getParent());
            Path fresh = Files.createTempDirectory(folder, ".new-");
            try {
                initialise(fresh, description, defaultBranch);
                Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                throw taken(address, e);
            } finally {
                deleteTree(fresh);
            }
        } catch (IOException e) {
            // Linux words a rename onto a folder that is not empty as a plain file-system error.
            if (Files.exists(place)) {
                throw taken(address, e);
            }
            throw Problem.unavailable("repository " + address + ": cannot be made: " + e, e);
        }
        return new GitRepository(address, place, limits);
    }

    /** The repository, or empty. */
    public Optional<GitRepository> find(String namespace, String name) {
        RepositoryName address = new RepositoryName(namespace, name);
        Path place = place(address);
        return Files.isRegularFile(place.resolve(Constants.HEAD))
                ? Optional.of(new GitRepository(address, place, limits))
                : Optional.empty();
    }

    /**
     * The repository.
     *
     * @throws Problem NOT_FOUND
     */
    public GitRepository get(String namespace, String name) {
        return find(namespace, name)
                .orElseThrow(() -> Problem.notFound("repository " + namespace + "/" + name + ": not there"));
    }

    /** Every repository, by namespace and name. */
    public List<GitRepository> list() {
        List<GitRepository> found = new ArrayList<>();
        try (Stream<Path> namespaces = Files.list(folder)) {
            for (Path namespace : namespaces.filter(Files::isDirectory).sorted().toList()) {
                if (namespace.getFileName().toString().startsWith(".")) {
                    continue;
                }
                try (DirectoryStream<Path> names = Files.newDirectoryStream(namespace, "*" + SUFFIX)) {
                    for (Path place : names) {
                        String file = place.getFileName().toString();
                        String name = file.substring(0, file.length() - SUFFIX.length());
                        find(namespace.getFileName().toString(), name).ifPresent(found::add);
                    }
                }
            }
        } catch (IOException e) {
            throw Problem.unavailable("git folder " + folder + ": cannot be listed: " + e, e);
        }
        found.sort((a, b) -> a.address().compareTo(b.address()));
        return List.copyOf(found);
    }

    /**
     * Deletes a repository and its history.
     *
     * @return whether it was there
     */
    public boolean delete(String namespace, String name) {
        Path place = place(new RepositoryName(namespace, name));
        if (!Files.exists(place)) {
            return false;
        }
        try {
            // Moved away first, so that nobody ever sees half a repository.
            Path away = Files.createTempDirectory(folder, ".gone-");
            Files.move(place, away.resolve("repository"), StandardCopyOption.ATOMIC_MOVE);
            deleteTree(away);
            return true;
        } catch (IOException e) {
            throw Problem.unavailable("repository " + namespace + "/" + name + ": cannot be deleted: " + e, e);
        }
    }

    GitLimits limits() {
        return limits;
    }

    List<PushListener> listeners() {
        return listeners;
    }

    private Path place(RepositoryName address) {
        return folder.resolve(address.namespace()).resolve(address.name() + SUFFIX);
    }

    private static void initialise(Path fresh, String description, String defaultBranch) throws IOException {
        try (Repository repository = GitRepository.open(fresh)) {
            repository.create(true);
            RefUpdate head = repository.updateRef(Constants.HEAD);
            head.disableRefLog();
            head.link(Constants.R_HEADS + defaultBranch);
            StoredConfig config = repository.getConfig();
            config.setBoolean("receive", null, "autogc", false);
            config.setBoolean("core", null, "symlinks", false);
            config.save();
        }
        Files.writeString(
                fresh.resolve("description"),
                description.replaceAll("\\s+", " ").strip(),
                StandardCharsets.UTF_8);
    }

    private static Problem taken(RepositoryName address, IOException cause) {
        return new Problem(
                Problem.Code.CONFLICT,
                Problem.WhoFailed.CALLER,
                false,
                "repository " + address + ": the name is taken (expected: a new name)",
                null,
                cause);
    }

    /** What a killed process was making or deleting. */
    private void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, ".{new,gone}-*")) {
            for (Path path : old) {
                deleteTree(path);
            }
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
