package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a template will do, before it does it.
 *
 * @param steps {@code {id, name, action}}, those left out whose {@code if} is already known to be false
 * @param entities the entities that the catalogue will get, as far as they can be known: from {@code catalog:write} steps
 *     and from the {@code catalog-info.yaml} of fetched skeletons
 */
public record Preview(List<ObjectNode> steps, List<ObjectNode> entities) {

    private static final int MAX_DESCRIPTOR = 256 * 1024;

    public Preview {
        steps = List.copyOf(steps);
        entities = List.copyOf(entities);
    }

    static Preview of(TemplateSpec template, ObjectNode values, TreeRenderer renderer, Optional<Path> folder) {
        ObjectNode context = JsonNodeFactory.instance.objectNode();
        context.set("parameters", values);
        context.putObject("steps");
        List<ObjectNode> steps = new ArrayList<>();
        List<ObjectNode> entities = new ArrayList<>();
        for (ObjectNode step : template.steps()) {
            JsonNode condition = step.path("if");
            boolean known = condition.isBoolean()
                    || (condition.isString() && !condition.asString().contains("steps"));
            if (known && !step.has("each") && !TreeRenderer.truthy(renderer.renderLeniently(condition, context))) {
                continue;
            }
            steps.add(JsonNodeFactory.instance
                    .objectNode()
                    .put("id", step.path("id").asString())
                    .put("name", step.path("name").asString())
                    .put("action", step.path("action").asString()));
            JsonNode input = renderer.renderLeniently(step.path("input"), context);
            switch (step.path("action").asString()) {
                case "catalog:write" -> {
                    if (input.path("entity") instanceof ObjectNode entity) {
                        entities.add(entity);
                    }
                }
                case "fetch:template" -> folder.ifPresent(from -> entities.addAll(skeleton(from, input, renderer)));
                default -> {
                    // nothing to tell before it ran
                }
            }
        }
        return new Preview(steps, entities);
    }

    private static List<ObjectNode> skeleton(Path folder, JsonNode input, TreeRenderer renderer) {
        List<ObjectNode> entities = new ArrayList<>();
        try {
            Path descriptor =
                    SafePaths.inside(folder, input.path("url").asString("") + "/catalog-info.yaml", "template folder");
            if (!Files.isRegularFile(descriptor) || Files.size(descriptor) > MAX_DESCRIPTOR) {
                return entities;
            }
            ObjectNode context = JsonNodeFactory.instance.objectNode();
            context.set("values", input.path("values"));
            JsonNode text = renderer.renderLeniently(
                    JsonNodeFactory.instance.stringNode(Files.readString(descriptor)), context);
            YamlReader.read("catalog-info.yaml", text.asString("")).forEach(document -> {
                if (document.root() instanceof ObjectNode entity) {
                    entities.add(entity);
                }
            });
        } catch (Problem | IOException e) {
            // A preview shows what it can; the task itself will say what is wrong, with its place.
            return List.of();
        }
        return entities;
    }
}
