package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.portal.catalog.Catalog;
import dev.polder.portal.catalog.LocationSpec;
import dev.polder.portal.git.GitRepositories;
import dev.polder.portal.git.GitRepository;
import dev.polder.portal.git.PushEvent;
import dev.polder.portal.git.PushListener;
import dev.polder.portal.git.PushOutput;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.DeployInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A push to the default branch builds and deploys; the person who pushed watches it happen.
 *
 * <p>Pushes of one workload take turns, in the order they came, so that the newest commit is the one that serves.
 */
public final class PushDeploys implements PushListener {

    private static final Logger LOG = LoggerFactory.getLogger(PushDeploys.class);

    private static final String PROFILE = "profile=";

    private final GitRepositories repositories;
    private final Deployments deployments;
    private final Catalog catalog;
    private final Function<WorkloadRef, LocationSpec> locations;
    private final Path workspaces;
    private final ConcurrentHashMap<WorkloadRef, ReentrantLock> turns = new ConcurrentHashMap<>();

    /**
     * @param locations where the catalogue reads a repository's descriptor
     * @param workspaces a folder for checkouts, emptied after each
     */
    public PushDeploys(
            GitRepositories repositories,
            Deployments deployments,
            Catalog catalog,
            Function<WorkloadRef, LocationSpec> locations,
            Path workspaces) {
        this.repositories = repositories;
        this.deployments = deployments;
        this.catalog = catalog;
        this.locations = locations;
        this.workspaces = workspaces;
    }

    @Override
    public void onPush(PushEvent event, PushOutput output) throws IOException {
        GitRepository repository = repositories.get(event.namespace(), event.name());
        if (event.newId().isEmpty() || !event.branch().equals(repository.defaultBranch())) {
            output.line("Branch " + event.branch() + " is not deployed; " + repository.defaultBranch() + " is.");
            return;
        }
        WorkloadRef workload = new WorkloadRef(event.namespace(), event.name());
        String commit = event.newId().get();
        if (repository.readFile(event.branch(), "spin.toml").isEmpty()) {
            output.line("No spin.toml in it: nothing to deploy.");
            catalog.refresh(locations.apply(workload));
            return;
        }
        ReentrantLock turn = turns.computeIfAbsent(workload, _ -> new ReentrantLock(true));
        if (!turn.tryLock()) {
            output.line("Waiting for the deploy before this one …");
            turn.lock();
        }
        try {
            if (!repository.head(event.branch()).equals(event.newId())) {
                output.line("A newer commit was pushed meanwhile; it is the one that is deployed.");
                return;
            }
            deploy(event, workload, repository, commit, output);
        } finally {
            turn.unlock();
        }
        catalog.refresh(locations.apply(workload));
    }

    /** {@code git push -o profile=NAME}: for this push, over what the manifest says. */
    private static @Nullable String profile(PushEvent event, PushOutput output) {
        String profile = null;
        for (String option : event.options()) {
            if (option.startsWith(PROFILE)) {
                profile = option.substring(PROFILE.length());
            } else {
                output.line("Push option " + option + " is not known (expected: " + PROFILE + "NAME).");
            }
        }
        return profile;
    }

    private void deploy(
            PushEvent event, WorkloadRef workload, GitRepository repository, String commit, PushOutput output)
            throws IOException {
        Consumer<String> log = deployments.alsoLogged(workload, output::line);
        DeployInfo info =
                deployments.now("push", commit, event.principal().ref().toString());
        Files.createDirectories(workspaces);
        Path checkout = Files.createTempDirectory(workspaces, workload.name() + "-");
        try {
            repository.checkout(commit, checkout);
            BuiltApp built;
            try {
                built = deployments.build(checkout, profile(event, output), log, () -> false);
            } catch (Problem e) {
                deployments.failed(workload, info, e);
                throw e;
            }
            deployments.deploy(workload, built, info, log);
        } catch (Problem e) {
            LOG.info("push of {} to {} was not deployed: {}", commit, workload, e.getMessage());
            String.valueOf(e.getMessage()).lines().forEach(output::line);
            output.line("Not deployed; the version before serves on. The push itself is kept.");
        } finally {
            Folders.delete(checkout);
        }
    }
}
