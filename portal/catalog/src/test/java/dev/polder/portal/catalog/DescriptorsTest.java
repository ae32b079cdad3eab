package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of descriptors on a disk: trees, mistakes, changes, restarts. */
class DescriptorsTest {

    private static final Duration SETTLE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @TempDir
    Path data;

    private Store store;
    private Catalog catalog;

    private void open(CatalogSettings settings) {
        store = Store.open(data);
        catalog = Catalog.open(store.database(), settings.withPoll(Duration.ofMillis(100)));
        settle();
    }

    private void open(String target) {
        open(CatalogSettings.of(List.of(LocationSpec.file(folder + "/" + target)), List.of()));
    }

    private void settle() {
        catalog.awaitSettled(SETTLE);
        catalog.index().checkInvariants();
    }

    @AfterEach
    void close() {
        if (catalog != null) {
            catalog.index().checkInvariants();
            catalog.close();
            store.close();
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String component(String name, String more) {
        return """
                apiVersion: backstage.io/v1alpha1
                kind: Component
                metadata:
                  name: %s
                spec:
                  type: service
                  lifecycle: production
                  owner: team-a
                %s
                """.formatted(name, more.indent(2));
    }

    private static String locations(String targets) {
        return """
                apiVersion: backstage.io/v1alpha1
                kind: Location
                metadata: {name: tree}
                spec: {targets: [%s]}
                """.formatted(targets);
    }

    private List<String> refs() {
        return catalog.index().entities().stream()
                .map(entity -> entity.ref().toString())
                .filter(ref -> !ref.startsWith("location:"))
                .sorted()
                .toList();
    }

    private Entity entity(String ref) {
        return catalog.entity(EntityRef.parse(ref)).orElseThrow();
    }

    @Test
    void loadsFoldersButNotWhatTemplatesCopy() throws IOException {
        write("a/catalog-info.yaml", component("one", ""));
        write("a/b/more.yml", component("two", "") + "---\n" + component("three", ""));
        write("node_modules/x/catalog-info.yaml", component("dependency", ""));
        write(".git/catalog-info.yaml", component("hidden", ""));
        write("templates/service/skeleton/catalog-info.yaml", component("${{ values.name }}", ""));
        write("templates/service/content/catalog-info.yaml", component("copied", ""));
        write("templates/service/template.yaml", """
                apiVersion: scaffolder.backstage.io/v1beta3
                kind: Template
                metadata: {name: service}
                spec:
                  type: service
                  owner: team-a
                  steps:
                    - {id: fetch, action: 'fetch:template', input: {url: ./content, values: {}}}
                """);
        write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n");
        write("chart.yaml", "name: {{ .Values.name }}\n");
        open("");
        assertThat(refs())
                .containsExactly(
                        "component:default/one",
                        "component:default/three",
                        "component:default/two",
                        "template:default/service");
        assertThat(catalog.problems()).isEmpty();
        assertThat(entity("template:default/service").targets("ownedBy"))
                .containsExactly(EntityRef.parse("group:default/team-a"));
    }

    @Test
    void loadsGlobsAndNestedLocationsAndStopsAtLoops() throws IOException {
        write(
                "root.yaml",
                locations("./nested/*.yaml, ./missing-is-fine-*.yaml").replace("]}", "], presence: optional}"));
        write("nested/a.yaml", component("a", ""));
        write("nested/back.yaml", locations("../root.yaml").replace("tree", "back"));
        open("root.yaml");
        assertThat(refs()).containsExactly("component:default/a");
        assertThat(catalog.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).contains("loop").contains("location:default/tree"));
    }

    @Test
    void tellsEveryMistakeWithItsPlaceAndServesTheRest() throws IOException {
        write("bad.yaml", component("good", "") + """
                ---
                apiVersion: backstage.io/v1alpha1
                kind: Component
                metadata:
                  name: bad name
                  tags: [Upper]
                spec:
                  type: service
                  lifecycle: ""
                ---
                apiVersion: backstage.io/v1alpha1
                kind: Gadget
                metadata: {name: unknown}
                ---
                just text
                ---
                kind: Component
                metadata: {}
                """);
        open("bad.yaml");
        assertThat(refs()).containsExactly("component:default/good");
        String file = folder.resolve("bad.yaml").toString();
        assertThat(catalog.problems())
                .extracting(problem -> problem.where().source())
                .containsOnly(file);
        assertThat(catalog.problems())
                .extracting(problem ->
                        problem.where().field() + "@" + problem.where().line())
                .contains("metadata.name@14", "metadata.tags[0]@15", "spec.owner@16", "spec.lifecycle@18", "kind@21")
                .hasSizeGreaterThanOrEqualTo(7);
        assertThat(catalog.problems()).noneMatch(CatalogProblem::kept);
    }

    @Test
    void keepsTheLastGoodVersionWhileADescriptorIsBroken() throws IOException {
        write("c.yaml", component("c", "") + "---\n" + component("d", ""));
        open("c.yaml");
        String uid = entity("component:default/c").uid();

        write(
                "c.yaml",
                component("c", "").replace("type: service", "type: ''") + "---\n" + component("d", "system: s"));
        settle();
        assertThat(entity("component:default/c").spec("type")).contains("service");
        assertThat(entity("component:default/c")
                        .json()
                        .path("status")
                        .path("items")
                        .path(0)
                        .path("message")
                        .asString())
                .contains("/spec/type must NOT have fewer than 1 characters");
        assertThat(entity("component:default/d").spec("system")).contains("s");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kept()).isTrue();
            assertThat(problem.where().field()).isEqualTo("spec.type");
            assertThat(problem.where().line()).isEqualTo(6);
        });

        write("c.yaml", "a: [1, 2\n");
        settle();
        assertThat(refs()).containsExactly("component:default/c", "component:default/d");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kept()).isTrue();
            assertThat(problem.where().line()).isPositive();
        });

        // A restart in that state serves them still.
        catalog.close();
        store.close();
        open("c.yaml");
        assertThat(refs()).containsExactly("component:default/c", "component:default/d");

        write("c.yaml", component("c", "").replace("production", "deprecated"));
        settle();
        assertThat(refs()).containsExactly("component:default/c");
        assertThat(entity("component:default/c").spec("lifecycle")).contains("deprecated");
        assertThat(entity("component:default/c").uid()).isEqualTo(uid);
        assertThat(entity("component:default/c").json().has("status")).isFalse();
        assertThat(catalog.problems()).isEmpty();
    }

    @Test
    void refusesBombsAndGiantsAndKeepsTheRest() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(9)).append("x]\n");
        }
        write("bomb.yaml", "# backstage.io/v1alpha1\n" + bomb);
        write("good.yaml", component("good", ""));
        try (var giant = Files.newOutputStream(folder.resolve("giant.yaml"))) {
            byte[] line = "# filler for a descriptor that is far too big to be one\n"
                    .repeat(1000)
                    .getBytes(StandardCharsets.UTF_8);
            for (int written = 0; written < 50 * 1024 * 1024; written += line.length) {
                giant.write(line);
            }
        }
        open("");
        assertThat(refs()).containsExactly("component:default/good");
        assertThat(catalog.problems())
                .extracting(problem ->
                        Path.of(problem.where().source()).getFileName().toString())
                .contains("giant.yaml")
                .hasSize(2);
        assertThat(catalog.problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains("at most 10485760"));
    }

    @Test
    void placeholdersStayInTheirFolder() throws IOException {
        write("secret.txt", "secret");
        write("root/defs/api.txt", "text");
        Files.createSymbolicLink(folder.resolve("root/link.txt"), folder.resolve("secret.txt"));
        write(
                "root/catalog-info.yaml",
                api("fine", "./defs/api.txt")
                        + api("up", "../secret.txt")
                        + api("link", "./link.txt")
                        + api("absolute", folder.resolve("secret.txt").toString())
                        + api("missing", "./none.txt"));
        open("root/catalog-info.yaml");
        assertThat(refs()).containsExactly("api:default/fine");
        assertThat(entity("api:default/fine").spec("definition")).contains("text");
        assertThat(catalog.problems()).hasSize(4).allSatisfy(problem -> {
            assertThat(problem.where().field()).isEqualTo("spec.definition");
            assertThat(problem.message()).doesNotContain("secret\n");
        });
        assertThat(catalog.problems().subList(0, 3))
                .allSatisfy(problem -> assertThat(problem.message()).contains("leads out of"));

        write("root/defs/api.txt", "changed");
        settle();
        assertThat(entity("api:default/fine").spec("definition")).contains("changed");
    }

    private static String api(String name, String file) {
        return """
                apiVersion: backstage.io/v1alpha1
                kind: API
                metadata: {name: %s}
                spec:
                  type: openapi
                  lifecycle: production
                  owner: team-a
                  definition: {$text: %s}
                ---
                """.formatted(name, file);
    }

    @Test
    void theFirstLocationOfAReferenceOwnsItEvenOverRestarts() throws IOException {
        write("a.yaml", locations("./second.yaml").replace("tree", "a"));
        write("second.yaml", component("shared", "system: second"));
        open("a.yaml");
        catalog.close();
        store.close();
        write("first.yaml", component("shared", "system: first"));
        open(CatalogSettings.of(
                List.of(LocationSpec.file(folder + "/first.yaml"), LocationSpec.file(folder + "/a.yaml")), List.of()));
        assertThat(entity("component:default/shared").spec("system")).contains("second");
        assertThat(catalog.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).contains("belongs to file:" + folder + "/second.yaml"));

        write("a.yaml", locations("").replace("tree", "a"));
        settle();
        assertThat(entity("component:default/shared").spec("system")).contains("first");
        assertThat(catalog.problems()).isEmpty();
    }

    @Test
    void uidsAndEtagsSurviveRestartsAndUnchangedRoundsChangeNothing() throws IOException {
        write("x.yaml", component("x", "dependsOn: [component:y]") + "---\n" + component("y", ""));
        open("x.yaml");
        Entity x = entity("component:default/x");
        List<Set<EntityRef>> changes = new CopyOnWriteArrayList<>();
        catalog.onChange(changes::add);
        settle();
        settle();
        assertThat(changes).isEmpty();
        assertThat(entity("component:default/x")).isSameAs(x);
        assertThat(entity("component:default/y").targets("dependencyOf")).containsExactly(x.ref());

        write("x.yaml", component("x", "") + "---\n" + component("y", ""));
        settle();
        assertThat(changes)
                .containsExactly(
                        Set.of(x.ref(), EntityRef.parse("component:default/y"), EntityRef.parse("group:default/team-a"))
                                .stream()
                                .filter(ref -> !ref.kind().equals("group"))
                                .collect(java.util.stream.Collectors.toSet()));
        assertThat(entity("component:default/x").uid()).isEqualTo(x.uid());
        assertThat(entity("component:default/x").etag()).isNotEqualTo(x.etag());
        String etag = entity("component:default/x").etag();
        catalog.close();
        store.close();
        open("x.yaml");
        assertThat(entity("component:default/x").uid()).isEqualTo(x.uid());
        assertThat(entity("component:default/x").etag()).isEqualTo(etag);
    }

    @Test
    void orphansGoOrStayAsTheSettingsSay() throws IOException {
        write("root.yaml", locations("./c.yaml"));
        write("c.yaml", component("c", "") + "---\n" + component("d", ""));
        CatalogSettings settings = CatalogSettings.of(List.of(LocationSpec.file(folder + "/root.yaml")), List.of());
        open(settings.withOrphans(CatalogSettings.Orphans.KEEP));
        write("c.yaml", component("c", ""));
        settle();
        assertThat(entity("component:default/d").annotation("backstage.io/orphan"))
                .contains("true");
        catalog.close();
        store.close();
        open(settings);
        assertThat(refs()).containsExactly("component:default/c");
    }

    @Test
    void aRemovedEntityComesBackWithANewUidWhileItIsStillDeclared() throws IOException {
        write("c.yaml", component("c", ""));
        open("c.yaml");
        String uid = entity("component:default/c").uid();
        assertThat(catalog.remove(uid)).isTrue();
        assertThat(catalog.remove(uid)).isFalse();
        settle();
        assertThat(entity("component:default/c").uid()).isNotEqualTo(uid);
    }

    @Test
    void keysThatDifferInCaseOnlyAreAMistake() throws IOException {
        write("c.yaml", component("c", "Extra: 1\nextra: 2"));
        open("c.yaml");
        assertThat(refs()).isEmpty();
        assertThat(catalog.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("vary only in casing, 'spec.extra'"));
    }

    @Test
    void loadsTheSampleCompanyWithoutMistakes() {
        store = Store.open(data);
        catalog = Catalog.open(
                store.database(),
                CatalogSettings.of(List.of(LocationSpec.file("../../samples/acme/catalog-info.yaml")), List.of()));
        settle();
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.matching(EntityPredicate.equal("kind", "component"))).hasSize(14);
        for (Entity entity : catalog.index().entities()) {
            for (Relation relation : entity.relations()) {
                assertThat(catalog.entity(relation.target()))
                        .as("%s %s", entity, relation)
                        .isPresent();
            }
        }
    }
}
