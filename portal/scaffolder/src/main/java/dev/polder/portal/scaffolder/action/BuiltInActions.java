package dev.polder.portal.scaffolder.action;

import dev.polder.portal.git.GitRepositories;
import dev.polder.portal.scaffolder.Catalogue;
import dev.polder.portal.scaffolder.TemplateAction;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Every action that needs no other part of the program. */
public final class BuiltInActions {

    /** Where {@code publish:git} puts repositories, and the address they are served at. */
    public record Git(GitRepositories repositories, Supplier<URI> url) {}

    private BuiltInActions() {}

    /** @param fetchHosts hosts that single files may be fetched from */
    public static List<TemplateAction> all(
            Expressions expressions, Optional<Catalogue> catalogue, Optional<Git> git, Set<String> fetchHosts) {
        Fetcher fetcher = new Fetcher(fetchHosts);
        List<TemplateAction> actions = new ArrayList<>(List.of(
                new FetchPlain(fetcher),
                new FetchPlainFile(fetcher),
                FetchTemplate.fetching(fetcher, expressions),
                FetchTemplate.inWorkspace(fetcher, expressions),
                FetchTemplateFile.fetching(fetcher, expressions),
                FetchTemplateFile.inWorkspace(fetcher, expressions),
                new CatalogWrite(),
                new DebugLog(),
                new DebugWait(),
                new FsDelete(),
                new FsRename(),
                new FsReaddir()));
        catalogue.ifPresent(entities -> {
            actions.add(new CatalogRegister(entities));
            actions.add(new CatalogFetch(entities));
        });
        git.ifPresent(repositories -> actions.add(new PublishGit(repositories)));
        return List.copyOf(actions);
    }
}
