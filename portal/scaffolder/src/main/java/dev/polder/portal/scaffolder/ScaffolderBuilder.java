package dev.polder.portal.scaffolder;

import dev.polder.kernel.store.Database;
import dev.polder.portal.git.GitRepositories;
import dev.polder.portal.scaffolder.action.BuiltInActions;
import dev.polder.portal.scaffolder.expression.Expressions;
import dev.polder.portal.scaffolder.expression.RepositoryFilters;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what a {@link Scaffolder} is made of. One thread; use once. */
public final class ScaffolderBuilder {

    final Database database;
    final Path workFolder;
    final TemplateSource templates;
    ScaffolderSettings settings = ScaffolderSettings.DEFAULT;
    Optional<Catalogue> catalogue = Optional.empty();
    InstantSource clock = InstantSource.system();
    private final List<TemplateAction> more = new ArrayList<>();
    private Optional<BuiltInActions.Git> git = Optional.empty();

    ScaffolderBuilder(Database database, Path workFolder, TemplateSource templates) {
        this.database = database;
        this.workFolder = workFolder.toAbsolutePath().normalize();
        this.templates = templates;
    }

    public ScaffolderBuilder settings(ScaffolderSettings value) {
        settings = value;
        return this;
    }

    /** Lets templates register and read entities: {@code catalog:register}, {@code catalog:fetch}, {@code user.entity}. */
    public ScaffolderBuilder catalogue(Catalogue value) {
        catalogue = Optional.of(value);
        return this;
    }

    /**
     * Lets templates make repositories: {@code publish:git}.
     *
     * @param url where they are served, such as {@code http://127.0.0.1:7007/git}; asked when a task needs it, because
     *     the port is known only after the start
     */
    public ScaffolderBuilder git(GitRepositories repositories, Supplier<URI> url) {
        git = Optional.of(new BuiltInActions.Git(repositories, url));
        return this;
    }

    /** Adds an action; one of the same id is replaced. */
    public ScaffolderBuilder action(TemplateAction action) {
        more.add(action);
        return this;
    }

    public ScaffolderBuilder clock(InstantSource value) {
        clock = value;
        return this;
    }

    /** Makes it and brings its tables up to date; {@link Scaffolder#start} begins to run tasks. */
    public Scaffolder build() {
        Expressions expressions = RepositoryFilters.addTo(Expressions.standard(), settings.repositoryHosts());
        Map<String, TemplateAction> actions = new LinkedHashMap<>();
        BuiltInActions.all(expressions, catalogue, git, settings.fetchHosts())
                .forEach(action -> actions.put(action.id(), action));
        more.forEach(action -> actions.put(action.id(), action));
        return new Scaffolder(this, Map.copyOf(actions), expressions);
    }
}
