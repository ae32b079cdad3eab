package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.portal.catalog.CatalogFixture.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our catalogue and the real Backstage backend over the same files: every entity and the answers to several hundred
 * questions are equal, but for the differences that {@link Differences} names.
 *
 * <p>Uids are random on both sides and break ties, so lists are compared by the sequence of their order values and as
 * sets, page by page in size and as a whole in content. {@code -Dcatalog.seed=N} repeats a run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackstageDifferentialIT {

    private static final long SEED = Long.getLong("catalog.seed", 20261122);

    private BackstageBackend theirs;
    private CatalogFixture ours;
    private FileServer files;
    private Questions questions;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        System.Logger log = System.getLogger("differential");
        log.log(System.Logger.Level.INFO, "seed {0}", Long.toString(SEED));
        questions = new Questions(SEED);
        Path corpus = new Corpus(SEED).write(folder.toRealPath().resolve("corpus"));
        // Placeholders beside file locations do not work in Backstage, so those descriptors come over HTTP.
        files = new FileServer(folder.toRealPath());
        copy(Path.of("../../samples/acme"), folder.toRealPath().resolve("acme"));
        List<LocationSpec> locations = List.of(
                LocationSpec.file(corpus.toString()),
                LocationSpec.url(files.url("corpus/placeholders.yaml")),
                LocationSpec.url(files.url("acme/catalog-info.yaml")));
        theirs = BackstageBackend.start(locations, files.host());
        ours = CatalogFixture.open(folder.resolve("data"), CatalogSettings.of(locations, List.of(files)));
        assertThat(ours.catalog.problems()).isEmpty();
        Awaitility.await("Backstage has processed everything")
                .atMost(Duration.ofSeconds(45))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(refs(theirs::get)).isEqualTo(refs(ours::get));
                    assertThat(relations(theirs::get)).isEqualTo(relations(ours::get));
                });
    }

    @AfterAll
    void stop() throws Exception {
        if (ours != null) {
            ours.close();
        }
        if (theirs != null) {
            theirs.close();
        }
        if (files != null) {
            files.close();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private static List<String> refs(Function<String, Answer> catalog) {
        return new ArrayList<>(byRef(catalog.apply("/entities").body()).keySet());
    }

    private static List<String> relations(Function<String, Answer> catalog) {
        List<String> relations = new ArrayList<>();
        byRef(catalog.apply("/entities").body())
                .forEach((ref, entity) -> relations.add(ref + " " + entity.path("relations")));
        return relations;
    }

    private static Map<String, JsonNode> byRef(JsonNode entities) {
        Map<String, JsonNode> byRef = new TreeMap<>();
        entities.forEach(entity -> byRef.put(ref(entity), entity));
        return byRef;
    }

    private static String ref(JsonNode entity) {
        JsonNode metadata = entity.path("metadata");
        return (entity.path("kind").asString("?") + ":"
                        + metadata.path("namespace").asString("?") + "/"
                        + metadata.path("name").asString("?"))
                .toLowerCase(java.util.Locale.ROOT);
    }

    @Test
    void allEntitiesAreEqual() {
        Map<String, JsonNode> real = byRef(theirs.get("/entities").body());
        Map<String, JsonNode> own = byRef(ours.get("/entities").body());
        assertThat(own.keySet()).isEqualTo(real.keySet()).hasSizeGreaterThan(200);
        real.forEach((ref, entity) -> assertThat(comparable(Objects.requireNonNull(own.get(ref))))
                .as(ref)
                .isEqualTo(comparable(entity)));
        own.forEach(
                (ref, entity) -> assertThat(entity.path("metadata").path("etag").asString())
                        .as(ref)
                        .matches("[0-9a-f]{40}"));
    }

    /** Without what is random, and without the etag, which is opaque. */
    private static JsonNode comparable(JsonNode entity) {
        ObjectNode copy = (ObjectNode) entity.deepCopy();
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("uid");
            metadata.remove("etag");
        }
        // Both sides list relations by type and target.
        return JsonMapper.shared().readTree(Stitcher.stable(copy));
    }

    @Test
    void ancestryIsEqual() {
        for (String ref :
                List.of("component/default/order-service", "group/default/team-1", "location/team-7/nested")) {
            JsonNode real = theirs.get("/entities/by-name/" + ref + "/ancestry").body();
            JsonNode own = ours.get("/entities/by-name/" + ref + "/ancestry").body();
            assertThat(ancestry(own)).as(ref).isEqualTo(ancestry(real)).isNotEmpty();
            assertThat(own.path("rootEntityRef")).isEqualTo(real.path("rootEntityRef"));
        }
    }

    private static Map<String, String> ancestry(JsonNode answer) {
        Map<String, String> items = new TreeMap<>();
        answer.path("items")
                .forEach(item -> items.put(
                        ref(item.path("entity")), item.path("parentEntityRefs").toString()));
        return items;
    }

    @Test
    void filteredListsAreEqual() {
        for (int i = 0; i < 150; i++) {
            String query = questions.filters();
            if (i % 3 == 0) {
                same(Question.get("/entities?" + query));
            } else {
                String order = i % 3 == 1
                        ? ""
                        : "&orderField=" + questions.pick(Questions.ORDERS) + (questions.coin() ? ",desc" : "");
                String text = questions.number(3) == 0 ? "&" + questions.text() : "";
                samePages("/entities/by-query?" + query + order + text, 1 + questions.number(30));
            }
        }
    }

    @Test
    void predicatesAreEqual() {
        for (int i = 0; i < 150; i++) {
            String order = questions.coin()
                    ? ""
                    : ",\"orderBy\":[{\"field\":\"" + questions.pick(Questions.ORDERS) + "\",\"order\":\""
                            + (questions.coin() ? "asc" : "desc") + "\"}]";
            same(Question.post(
                    "/entities/by-query", "{\"limit\":1000,\"query\":" + questions.predicate(0) + order + "}"));
        }
    }

    @Test
    void facetsAreEqual() {
        for (int i = 0; i < 60; i++) {
            String filter = questions.coin() ? "" : "&" + questions.filters();
            exactlySame(Question.get("/entity-facets?" + questions.facets() + filter));
            exactlySame(Question.post(
                    "/entity-facets",
                    "{\"facets\":[\"kind\",\"Spec.Type\",\"metadata.tags\"],\"query\":" + questions.predicate(0)
                            + "}"));
        }
    }

    @Test
    void olderListsAreEqual() {
        for (String query : List.of(
                "limit=7",
                "limit=7&offset=5",
                "limit=500&order=asc:metadata.name",
                "limit=500&order=desc:metadata.title",
                "limit=500&order=asc:spec.type&order=desc:metadata.name",
                "limit=500&order=desc:metadata.tags&order=asc:metadata.name",
                "limit=500&order=asc:Spec.Type",
                "limit=500&order=asc:metadata.tags",
                "offset=200",
                "order=asc:metadata.title",
                "order=desc:metadata.tags&filter=kind=component")) {
            same(Question.get("/entities?" + query));
        }
        exactlySame(Question.get("/entities?limit=1&offset=3&fields=metadata.name,kind"));
        Answer real = theirs.get("/entities?limit=3&offset=6&filter=kind%3Dcomponent&fields=kind");
        Answer own = ours.get("/entities?limit=3&offset=6&filter=kind%3Dcomponent&fields=kind");
        assertThat(own.http().headers().firstValue("link"))
                .isEqualTo(real.http().headers().firstValue("link"))
                .isPresent();
    }

    @Test
    void fieldsAreEqual() {
        for (String fields : List.of(
                "kind",
                "metadata.annotations.backstage.io/managed-by-location",
                "metadata.labels.acme.io/Tier,kind",
                "spec.nested,spec.nested.Deep",
                "spec.nope,metadata.nope.x",
                "metadata,metadata.name",
                "relations,spec.size",
                "metadata.annotations",
                " kind , spec.type ")) {
            same(Question.get("/entities/by-query?limit=1000&fields=metadata.name,metadata.namespace,"
                    + Question.encode(fields)));
            same(Question.get(
                    "/entities?limit=50&order=asc:metadata.name&filter=kind=api&fields=" + Question.encode(fields)));
        }
    }

    @Test
    void batchesAreEqual() {
        List<String> refs = List.of(
                "component:default/comp-3",
                "component:default/none",
                "garbage",
                "",
                "group:default/team-0",
                "Group:default/team-0",
                "group:default/team-0");
        String list = "[\"" + String.join("\",\"", refs) + "\"]";
        exactlySame(Question.post("/entities/by-refs", "{\"entityRefs\":" + list + ",\"fields\":[\"metadata.name\"]}"));
        exactlySame(Question.post(
                "/entities/by-refs?filter=kind%3Dgroup", "{\"entityRefs\":" + list + ",\"fields\":[\"kind\"]}"));
        exactlySame(Question.post(
                "/entities/by-refs",
                "{\"entityRefs\":" + list + ",\"fields\":[\"kind\"],\"query\":{\"spec.type\":\"team\"},\"more\":1}"));
        exactlySame(Question.post("/entities/by-refs", "{\"entityRefs\":[]}"));
    }

    @Test
    void refusalsAreEqual() {
        for (Question question : Questions.refused()) {
            exactlySame(question);
        }
        // Where Backstage repeats what its validation library thought, only the kind of answer is compared.
        for (Question question : Differences.sameStatusOnly()) {
            Answer real = theirs.send(question.to(theirs.uri("").toString()));
            Answer own = ours.send(question.to(ours.base()));
            assertThat(own.status()).as(question.toString()).isEqualTo(real.status());
            assertThat(own.body().path("error").path("name"))
                    .as(question.toString())
                    .isEqualTo(real.body().path("error").path("name"));
        }
    }

    private void exactlySame(Question question) {
        Answer real = theirs.send(question.to(theirs.uri("").toString()));
        Answer own = ours.send(question.to(ours.base()));
        assertThat(own.status()).as("%s: %s", question, own.body()).isEqualTo(real.status());
        assertThat(firstErrorOnly(own.body())).as(question.toString()).isEqualTo(firstErrorOnly(real.body()));
        assertThat(own.http().headers().firstValue("content-type").map(type -> type.startsWith("application/json")))
                .as(question.toString())
                .isEqualTo(real.http()
                        .headers()
                        .firstValue("content-type")
                        .map(type -> type.startsWith("application/json")));
    }

    /** We tell every mistake of an entity at once, Backstage the first. */
    private static JsonNode firstErrorOnly(JsonNode body) {
        if (body.path("errors") instanceof ArrayNode errors && errors.size() > 1) {
            ObjectNode first = JsonMapper.shared().createObjectNode();
            first.putArray("errors").add(errors.get(0));
            return first;
        }
        return body;
    }

    private void same(Question question) {
        Answer real = theirs.send(question.to(theirs.uri("").toString()));
        Answer own = ours.send(question.to(ours.base()));
        assertThat(own.status()).as("%s: %s", question, own.body()).isEqualTo(real.status());
        JsonNode realItems = real.body().isArray() ? real.body() : real.body().path("items");
        JsonNode ownItems = own.body().isArray() ? own.body() : own.body().path("items");
        sameItems(question.toString(), realItems, ownItems);
        assertThat(own.body().path("totalItems"))
                .as(question.toString())
                .isEqualTo(real.body().path("totalItems"));
    }

    /** Equal as bags; where the list is ordered, ties aside, equal as sequences of order values. */
    private static void sameItems(String question, JsonNode real, JsonNode own) {
        assertThat(texts(own)).as(question).containsExactlyInAnyOrderElementsOf(texts(real));
        for (String order : Questions.ORDERS) {
            if (question.contains("rderField=" + order) || question.contains("\"field\":\"" + order + "\"")) {
                if (!order.equals("metadata.tags")) {
                    assertThat(values(own, order)).as(question).isEqualTo(values(real, order));
                }
            }
        }
    }

    private static List<String> values(JsonNode items, String path) {
        List<String> values = new ArrayList<>();
        for (JsonNode item : items) {
            JsonNode at = item;
            for (String part : path.split("\\.")) {
                at = at.path(part);
            }
            values.add(at.asString("").toLowerCase(java.util.Locale.ROOT));
        }
        return values;
    }

    private static List<String> texts(JsonNode items) {
        List<String> texts = new ArrayList<>();
        items.forEach(item -> texts.add(Stitcher.stable(comparable(item))));
        return texts;
    }

    private void samePages(String path, int limit) {
        List<JsonNode> real = pages(path, limit, theirs::get);
        List<JsonNode> own = pages(path, limit, ours::get);
        assertThat(own.stream().map(page -> page.path("items").size()).toList())
                .as(path)
                .isEqualTo(real.stream().map(page -> page.path("items").size()).toList());
        assertThat(own.stream().map(page -> page.path("totalItems")).toList())
                .as(path)
                .isEqualTo(real.stream().map(page -> page.path("totalItems")).toList());
        assertThat(own.stream()
                        .map(page -> page.path("pageInfo").has("prevCursor"))
                        .toList())
                .as(path)
                .isEqualTo(real.stream()
                        .map(page -> page.path("pageInfo").has("prevCursor"))
                        .toList());
        sameItems(path, joined(real), joined(own));
    }

    private static JsonNode joined(List<JsonNode> pages) {
        ArrayNode all = JsonMapper.shared().createArrayNode();
        pages.forEach(page -> page.path("items").forEach(all::add));
        return all;
    }

    /** Forth to the end, then one page back. */
    private static List<JsonNode> pages(String path, int limit, Function<String, Answer> catalog) {
        List<JsonNode> pages = new ArrayList<>();
        JsonNode page = catalog.apply(path + "&limit=" + limit).body();
        pages.add(page);
        while (page.path("pageInfo").has("nextCursor") && pages.size() < 12) {
            page = catalog.apply(cursor(page, "nextCursor", limit)).body();
            pages.add(page);
        }
        if (pages.size() > 2) {
            JsonNode back = catalog.apply(cursor(page, "prevCursor", limit)).body();
            assertThat(texts(back.path("items")))
                    .isEqualTo(texts(pages.get(pages.size() - 2).path("items")));
        }
        return pages;
    }

    private static String cursor(JsonNode page, String which, int limit) {
        return "/entities/by-query?limit=" + limit + "&cursor="
                + Question.encode(page.path("pageInfo").path(which).asString());
    }
}
