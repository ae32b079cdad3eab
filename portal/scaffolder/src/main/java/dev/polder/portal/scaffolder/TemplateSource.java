package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Where templates come from; the program adapts the catalogue. May block; called from any thread. */
@FunctionalInterface
public interface TemplateSource {

    /** The template entity with this reference, whatever its kind or version; the scaffolder checks both. */
    Optional<Template> find(EntityRef ref);

    /**
     * A template as it is now.
     *
     * @param entity the whole entity
     * @param baseUrl where its descriptor stands, such as {@code file:///…/template.yaml}; shown in the task
     * @param folder the local folder its relative paths start from and must stay in; empty when it has none
     */
    record Template(ObjectNode entity, String baseUrl, Optional<Path> folder) {}
}
