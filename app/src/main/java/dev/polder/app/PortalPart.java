package dev.polder.app;

import dev.polder.app.bridge.CatalogTemplates;
import dev.polder.app.bridge.Deployments;
import dev.polder.app.bridge.GitLocations;
import dev.polder.app.bridge.WasmActions;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.store.Store;
import dev.polder.portal.catalog.Catalog;
import dev.polder.portal.catalog.CatalogRules;
import dev.polder.portal.catalog.CatalogSettings;
import dev.polder.portal.catalog.LocationSpec;
import dev.polder.portal.git.GitLimits;
import dev.polder.portal.git.GitRepositories;
import dev.polder.portal.scaffolder.Scaffolder;
import dev.polder.portal.scaffolder.ScaffolderBuilder;
import dev.polder.portal.scaffolder.ScaffolderSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The front door: repositories, the catalogue that reads them, and the templates that fill them.
 *
 * @param locations how the catalogue reads descriptors out of the repositories
 */
record PortalPart(GitRepositories repositories, GitLocations locations, Catalog catalog, Scaffolder scaffolder)
        implements AutoCloseable {

    static PortalPart open(PolderConfig config, Store store, String portalUrl, Deployments deployments) {
        GitRepositories repositories = new GitRepositories(store.dataDir().resolve("git"), GitLimits.DEFAULT);
        GitLocations locations = new GitLocations(portalUrl, repositories);
        CatalogSettings settings = CatalogSettings.of(catalogLocations(config), List.of(locations));
        if (!config.catalog().rules().isEmpty()) {
            settings = settings.withRegisteredRules(CatalogRules.kinds(config.catalog().rules().stream()
                    .flatMap(rule -> rule.allow().stream())
                    .toArray(String[]::new)));
        }
        Catalog catalog = Catalog.open(store.database(), settings);
        return new PortalPart(
                repositories,
                locations,
                catalog,
                scaffolder(config, store, catalog, repositories, portalUrl, deployments));
    }

    private static Scaffolder scaffolder(
            PolderConfig config,
            Store store,
            Catalog catalog,
            GitRepositories repositories,
            String portalUrl,
            Deployments deployments) {
        ScaffolderSettings defaults = ScaffolderSettings.DEFAULT;
        CatalogTemplates templates = new CatalogTemplates(catalog);
        ScaffolderBuilder builder = Scaffolder.builder(
                        store.database(), store.dataDir().resolve("work/tasks"), templates)
                .settings(new ScaffolderSettings(
                        config.scaffolder().concurrency(),
                        Duration.ofSeconds(config.scaffolder().taskTimeoutSeconds()),
                        defaults.maxTaskBytes(),
                        defaults.maxLogEvents(),
                        defaults.environmentParameters(),
                        defaults.environmentSecrets(),
                        defaults.repositoryHosts(),
                        Set.copyOf(config.scaffolder().allowedHosts()),
                        defaults.recoverOnRestart()))
                .catalogue(templates)
                .git(repositories, () -> URI.create(portalUrl + "/git"));
        new WasmActions(deployments).all().forEach(builder::action);
        return builder.build();
    }

    /** What the operator configured, or the sample company; and the templates that come with Polder. */
    private static List<LocationSpec> catalogLocations(PolderConfig config) {
        List<LocationSpec> locations = new ArrayList<>();
        for (String location : config.catalog().locations()) {
            locations.add(
                    location.startsWith("http://") || location.startsWith("https://")
                            ? LocationSpec.url(location)
                            : LocationSpec.file(location));
        }
        if (locations.isEmpty()) {
            locations.add(LocationSpec.file(
                    About.home().resolve("samples/acme/catalog-info.yaml").toString()));
        }
        locations.add(LocationSpec.file(
                About.home().resolve("samples/templates/location.yaml").toString()));
        return locations;
    }

    @Override
    public void close() {
        scaffolder.close();
        catalog.close();
    }
}
