package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlReader;
import dev.polder.kernel.server.Principal;
import dev.polder.kernel.store.Store;
import dev.polder.portal.git.GitLimits;
import dev.polder.portal.git.GitRepositories;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A scaffolder on a real store, with templates given as YAML and a catalogue in memory. */
final class Bench implements AutoCloseable {

    static final Principal JAN = new Principal(EntityRef.of("user", "default", "jan"), Principal.Kind.USER);

    final Path folder;
    final Map<String, ObjectNode> entities = new ConcurrentHashMap<>();
    final List<String> registered = new ArrayList<>();
    final Map<String, TemplateSource.Template> templates = new HashMap<>();
    final GitRepositories repositories;
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    Store store;
    Scaffolder scaffolder;

    Bench(Path folder) {
        this.folder = folder;
        repositories = new GitRepositories(folder.resolve("git"), GitLimits.DEFAULT);
        store = Store.open(folder.resolve("data"));
        scaffolder = scaffolder(ScaffolderSettings.DEFAULT);
        entities.put("user:default/jan", json("""
                {"apiVersion":"backstage.io/v1alpha1","kind":"User","metadata":{"name":"jan"},
                 "spec":{"profile":{"displayName":"Jan Jansen","email":"jan@example.org"},"memberOf":[]}}"""));
    }

    Scaffolder scaffolder(ScaffolderSettings settings) {
        return Scaffolder.builder(
                        store.database(),
                        folder.resolve("work"),
                        ref -> Optional.ofNullable(templates.get(ref.toString())))
                .settings(settings)
                .catalogue(new MemoryCatalogue())
                .git(repositories, () -> URI.create("http://127.0.0.1:7007/git"))
                .action(new Blocking())
                .build();
    }

    void restart() {
        scaffolder = scaffolder(ScaffolderSettings.DEFAULT);
        scaffolder.start();
    }

    static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }

    /** Adds a template; its folder is {@code FOLDER/NAME}. */
    EntityRef template(String name, String spec) throws Exception {
        String yaml = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: " + name
                + "\n  title: A template\nspec:\n  type: service\n" + spec.indent(2);
        ObjectNode entity =
                (ObjectNode) YamlReader.read(name + ".yaml", yaml).getFirst().root();
        Path place = Files.createDirectories(folder.resolve(name));
        EntityRef ref = EntityRef.of("template", "default", name);
        templates.put(
                ref.toString(),
                new TemplateSource.Template(
                        entity, place.resolve("template.yaml").toUri().toString(), Optional.of(place)));
        return ref;
    }

    void file(String path, String content) throws Exception {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    Task run(EntityRef ref, String values) {
        return run(ref, values, Map.of());
    }

    Task run(EntityRef ref, String values, Map<String, String> secrets) {
        return ended(scaffolder.create(ref, json(values), secrets, JAN));
    }

    Task ended(String id) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> scaffolder.task(id), task -> task.status().ended());
    }

    List<String> log(String id) {
        return scaffolder.eventsNow(id, 0).stream()
                .map(event -> event.body().path("message").asString())
                .toList();
    }

    JsonNode ending(String id) {
        return scaffolder.eventsNow(id, 0).getLast().body();
    }

    @Override
    public void close() {
        release.countDown();
        scaffolder.close();
        store.close();
    }

    private final class MemoryCatalogue implements Catalogue {
        @Override
        public List<ObjectNode> register(String url, Principal caller) {
            if (url.contains("missing")) {
                throw Problem.notFound("nothing at " + url);
            }
            registered.add(url);
            return List.of(json("{\"kind\":\"Component\",\"metadata\":{\"name\":\"Shop\"}}"));
        }

        @Override
        public Optional<ObjectNode> entity(EntityRef ref, Principal caller) {
            return Optional.ofNullable(entities.get(ref.toString()));
        }
    }

    /** Waits inside a step until the test says otherwise. */
    private final class Blocking implements TemplateAction {
        @Override
        public String id() {
            return "test:block";
        }

        @Override
        public String description() {
            return "Waits for the test.";
        }

        @Override
        public JsonNode inputSchema() {
            return json("{\"type\":\"object\",\"properties\":{\"program\":{\"type\":\"boolean\"}}}");
        }

        @Override
        public void run(ActionContext context) throws Exception {
            context.log("blocking");
            entered.countDown();
            if (context.flag("program")) {
                context.log("ended with " + context.execute(new ProcessBuilder("sleep", "300")));
            } else {
                release.await();
            }
        }
    }
}
