package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.portal.catalog.LocationReader;
import dev.polder.portal.catalog.LocationSpec;
import dev.polder.portal.git.GitRepositories;
import dev.polder.portal.git.GitRepository;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets the catalogue read descriptors out of the repositories that Polder serves, without a network hop: URLs of the form
 * {@code BASE/git/NAMESPACE/NAME/raw/BRANCH/PATH}.
 *
 * <p>The base is this process's own; what was registered under another port of loopback is still found, since the path
 * says it all.
 */
public final class GitLocations implements LocationReader {

    private static final Pattern URL = Pattern.compile(
            "(https?://[^/]+)/git/(?<namespace>[^/]+)/(?<name>[^/]+?)(\\.git)?/raw/(?<branch>[^/]+)/(?<path>.+)");
    private static final Pattern LOOPBACK =
            Pattern.compile("https?://(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(:\\d+)?");

    private final String base;
    private final GitRepositories repositories;

    /** @param base the portal's own URL, no slash at its end */
    public GitLocations(String base, GitRepositories repositories) {
        this.base = base;
        this.repositories = repositories;
    }

    /** Where the catalogue reads the descriptor of a workload's repository. */
    public LocationSpec descriptor(WorkloadRef workload) {
        String branch = repositories
                .find(workload.namespace(), workload.name())
                .map(GitRepository::defaultBranch)
                .orElse("main");
        return LocationSpec.url(base + "/git/" + workload.namespace() + "/" + workload.name() + "/raw/" + branch
                + "/catalog-info.yaml");
    }

    /** Where a workload's repository is cloned from. */
    public String cloneUrl(WorkloadRef workload) {
        return base + "/git/" + workload.namespace() + "/" + workload.name() + ".git";
    }

    @Override
    public boolean supports(String url) {
        Matcher matcher = URL.matcher(url);
        return matcher.matches()
                && (matcher.group(1).equals(base)
                        || LOOPBACK.matcher(matcher.group(1)).matches());
    }

    @Override
    public List<Content> read(String url, int maxBytes) {
        Matcher matcher = matcher(url);
        byte[] bytes = repository(matcher)
                .flatMap(found -> found.readFile(matcher.group("branch"), matcher.group("path")))
                .orElseThrow(() -> Problem.notFound(url + ": no such file in the repository"));
        if (bytes.length > maxBytes) {
            throw Problem.tooLarge(url + ": " + bytes.length + " bytes (expected: at most " + maxBytes + ")");
        }
        return List.of(new Content(url, bytes));
    }

    @Override
    public Optional<String> version(String url) {
        Matcher matcher = matcher(url);
        return repository(matcher).flatMap(found -> found.head(matcher.group("branch")));
    }

    private Optional<GitRepository> repository(Matcher matcher) {
        return repositories.find(matcher.group("namespace"), matcher.group("name"));
    }

    private static Matcher matcher(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw Problem.invalid(url + ": not a file of a repository here (expected: …/git/NS/NAME/raw/BRANCH/PATH)");
        }
        return matcher;
    }
}
