package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.git.GitRepository;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code publish:git}: makes a repository that Polder serves itself, with the workspace as its first commit. */
final class PublishGit implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["name"],"properties":{
              "namespace":{"type":"string","description":"Namespace of the repository; default by default"},
              "name":{"type":"string","description":"Name of the repository"},
              "description":{"type":"string","description":"One line about it"},
              "defaultBranch":{"type":"string","description":"main by default"},
              "sourcePath":{"type":"string","description":"Folder of the workspace to publish; all of it by default"},
              "gitCommitMessage":{"type":"string","description":"Message of the first commit"}}}""");

    private static final JsonNode OUTPUT = Schemas.parse("""
            {"type":"object","properties":{
              "remoteUrl":{"type":"string","description":"What git clone takes"},
              "repoContentsUrl":{"type":"string","description":"Root of the repository's files"},
              "commitHash":{"type":"string","description":"The first commit"}}}""");

    private final BuiltInActions.Git git;

    PublishGit(BuiltInActions.Git git) {
        this.git = git;
    }

    @Override
    public String id() {
        return "publish:git";
    }

    @Override
    public String description() {
        return "Creates a git repository that Polder serves, with the content of the workspace.";
    }

    @Override
    public JsonNode inputSchema() {
        return INPUT;
    }

    @Override
    public Optional<JsonNode> outputSchema() {
        return Optional.of(OUTPUT);
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("Publish the workspace", """
                steps:
                  - action: publish:git
                    id: publish
                    input:
                      name: ${{ parameters.name }}
                      description: ${{ parameters.description }}
                """));
    }

    @Override
    public void run(ActionContext context) {
        String namespace =
                context.text("namespace").filter(text -> !text.isEmpty()).orElse("default");
        String name = context.text("name").orElse("");
        String branch = context.text("defaultBranch").orElse("main");
        Path source = context.resolve(context.text("sourcePath").orElse("./"));
        if (!Files.isDirectory(source)) {
            throw Problem.notFound(
                    "sourcePath: \"" + context.text("sourcePath").orElse("") + "\" is no folder in the workspace");
        }
        GitRepository repository = git.repositories()
                .create(namespace, name, context.text("description").orElse(""), branch);
        String commit;
        try {
            commit = repository.importFolder(
                    source, author(context), context.text("gitCommitMessage").orElse("initial commit"));
        } catch (RuntimeException e) {
            // Nothing half made stays: the same template can run again under the same name.
            git.repositories().delete(namespace, name);
            throw e;
        }
        String base = git.url().get().toString().replaceFirst("/+$", "") + "/" + namespace + "/" + name;
        context.log("Published " + base + ".git, commit " + commit.substring(0, 7) + " on " + branch);
        context.output("remoteUrl", base + ".git");
        context.output("repoContentsUrl", base + "/raw/" + branch);
        context.output("commitHash", commit);
    }

    private static GitRepository.Author author(ActionContext context) {
        JsonNode profile = context.user()
                .map(user -> user.path("spec").path("profile"))
                .orElseGet(() -> JsonNodeFactory.instance.missingNode());
        String name = context.principal().ref().name();
        return new GitRepository.Author(
                profile.path("displayName").asString(name),
                profile.path("email").asString(name + "@polder.invalid"));
    }
}
