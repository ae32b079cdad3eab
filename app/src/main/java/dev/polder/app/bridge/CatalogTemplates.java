package dev.polder.app.bridge;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import dev.polder.portal.catalog.Catalog;
import dev.polder.portal.catalog.Entity;
import dev.polder.portal.catalog.EntityPredicate;
import dev.polder.portal.catalog.LocationSpec;
import dev.polder.portal.scaffolder.Catalogue;
import dev.polder.portal.scaffolder.TemplateSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The catalogue as the scaffolder sees it: where templates come from, and where new components go. */
public final class CatalogTemplates implements TemplateSource, Catalogue {

    private static final String LOCATION = "backstage.io/managed-by-location";
    private static final String FILE = "file:";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Catalog catalog;

    public CatalogTemplates(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Optional<Template> find(EntityRef ref) {
        return catalog.entity(ref).map(CatalogTemplates::template);
    }

    private static Template template(Entity entity) {
        String location = entity.annotation(LOCATION).orElse("");
        if (!location.startsWith(FILE)) {
            return new Template(entity.json(), location.replaceFirst("^url:", ""), Optional.empty());
        }
        Path file = Path.of(location.substring(FILE.length()));
        return new Template(entity.json(), file.toUri().toString(), Optional.ofNullable(file.getParent()));
    }

    @Override
    public List<ObjectNode> register(String catalogInfoUrl, Principal caller) {
        LocationSpec location = LocationSpec.url(catalogInfoUrl);
        catalog.register(location, Catalog.OnConflict.REFRESH);
        catalog.awaitSettled(PATIENCE);
        List<ObjectNode> found =
                catalog.matching(EntityPredicate.equal("metadata.annotations." + LOCATION, location.ref())).stream()
                        .map(Entity::json)
                        .toList();
        if (found.isEmpty()) {
            String why = catalog.problems().stream()
                    .filter(problem -> problem.where().source().contains(catalogInfoUrl))
                    .map(problem -> problem.where() + ": " + problem.message())
                    .findFirst()
                    .orElse("no entity in it (expected: at least one descriptor)");
            throw Problem.invalid(catalogInfoUrl + ": " + why);
        }
        return found;
    }

    @Override
    public Optional<ObjectNode> entity(EntityRef ref, Principal caller) {
        return catalog.entity(ref).map(Entity::json);
    }
}
