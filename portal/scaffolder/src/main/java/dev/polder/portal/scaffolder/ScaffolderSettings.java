package dev.polder.portal.scaffolder;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the scaffolder runs.
 *
 * @param concurrency tasks that run at once
 * @param taskTime how long a task may run before it is failed
 * @param maxTaskBytes the largest JSON of a task's values
 * @param maxLogEvents log lines kept of one task; later ones are dropped with one notice
 * @param environmentParameters what templates see as {@code environment.parameters}
 * @param environmentSecrets what step inputs see as {@code environment.secrets}
 * @param repositoryHosts hosts that {@code parseRepoUrl} accepts, with their type ({@code github}, {@code gitlab},
 *     {@code bitbucketCloud}, {@code bitbucketServer}, {@code azure}, {@code gerrit}, {@code gitea})
 * @param fetchHosts hosts that {@code fetch:*} may read single files from over HTTP
 * @param recoverOnRestart whether a template that asks for {@code startOver} is run again after the process died
 */
public record ScaffolderSettings(
        int concurrency,
        Duration taskTime,
        int maxTaskBytes,
        int maxLogEvents,
        ObjectNode environmentParameters,
        Map<String, String> environmentSecrets,
        Map<String, String> repositoryHosts,
        Set<String> fetchHosts,
        boolean recoverOnRestart) {

    /** Ten tasks at once, a day each, the public hosts of GitHub, GitLab, Bitbucket and Azure, no fetching by URL. */
    public static final ScaffolderSettings DEFAULT = new ScaffolderSettings(
            10,
            Duration.ofHours(24),
            1024 * 1024,
            50_000,
            JsonNodeFactory.instance.objectNode(),
            Map.of(),
            Map.of(
                    "github.com", "github",
                    "gitlab.com", "gitlab",
                    "bitbucket.org", "bitbucketCloud",
                    "dev.azure.com", "azure"),
            Set.of(),
            true);

    public ScaffolderSettings {
        environmentSecrets = Map.copyOf(environmentSecrets);
        repositoryHosts = Map.copyOf(repositoryHosts);
        fetchHosts = Set.copyOf(fetchHosts);
    }
}
