package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.portal.catalog.EntityQuery.EntityPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Filters, orders, pages and texts over an index, without anything around it. */
class QueriesTest {

    private static final long SEED = Long.getLong("catalog.seed", 7);

    private static Entity entity(Random random, String json) {
        ObjectNode node = (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
        ((ObjectNode) node.path("metadata")).put("uid", new UUID(random.nextLong(), random.nextLong()).toString());
        return new Entity(node);
    }

    private static CatalogIndex index(String... entities) {
        Random random = new Random(SEED);
        CatalogIndex index = CatalogIndex.of(
                List.of(entities).stream().map(json -> entity(random, json)).toList(), Map.of());
        index.checkInvariants();
        return index;
    }

    private static String component(String name, String metadata) {
        return "{'kind':'Component','metadata':{'name':'" + name + "'" + metadata + "},'spec':{'type':'Service'}}";
    }

    private static List<String> names(EntityPage page) {
        return page.items().stream().map(entity -> entity.ref().name()).toList();
    }

    private static List<String> matching(CatalogIndex index, String filter) {
        EntityPredicate predicate = FilterStrings.parse(List.of(filter));
        List<String> names = new ArrayList<>();
        RoaringBitmap found = index.matching(predicate == null ? EntityPredicate.everything() : predicate);
        found.forEach((int number) -> names.add(index.entity(number).ref().name()));
        return names.stream().sorted().toList();
    }

    @Test
    void arraysNumbersNullsAndLongTextsAreFoundAsInBackstage() {
        CatalogIndex index = index(
                component("a", ",'tags':['java','Web-UI'],'n':5,'none':null,'list':[1,true,null]"),
                component("b", ",'description':'" + "x".repeat(201) + "','namespace':'other'"));
        assertThat(matching(index, "metadata.tags=JAVA")).containsExactly("a");
        assertThat(matching(index, "metadata.tags.web-ui=true")).containsExactly("a");
        assertThat(matching(index, "metadata.n=5")).containsExactly("a");
        assertThat(matching(index, "metadata.none")).containsExactly("a");
        assertThat(matching(index, "metadata.none=null")).isEmpty();
        assertThat(matching(index, "metadata.list=true")).containsExactly("a");
        assertThat(matching(index, "metadata.list.1")).isEmpty();
        assertThat(matching(index, "metadata.description")).containsExactly("b");
        assertThat(matching(index, "metadata.description=" + "x".repeat(201))).isEmpty();
        assertThat(index.column("metadata.description").counts(null)).isEmpty();
        assertThat(matching(index, "metadata.namespace=default")).containsExactly("a");
        assertThat(matching(index, "kind=component,metadata.name=a,metadata.name=B"))
                .containsExactly("a", "b");
        assertThat(matching(index, "metadata.name,metadata.name=a")).containsExactly("a");
        assertThat(matching(index, " , ")).containsExactly("a", "b");
        assertThat(matching(index, "metadata.title=")).isEmpty();
        assertThatThrownBy(() -> FilterStrings.parse(List.of("kind=a,=b")))
                .hasMessageStartingWith("Invalid filter, '=b' is not a valid statement");
    }

    @Test
    void facetsKeepTheCaseTheyWereWrittenIn() {
        CatalogIndex index = index(component("a", ""), component("b", ""));
        assertThat(index.column("spec.type").counts(null)).containsExactly(Map.entry("Service", 2));
        assertThat(index.column("spec.type").counts(RoaringBitmap.bitmapOf(1)))
                .containsExactly(Map.entry("Service", 1));
    }

    @Test
    void anOrderLeavesOutThoseWithoutTheFieldAndRepeatsThoseWithSeveralValues() {
        CatalogIndex index = index(
                component("a", ",'tags':['z','b']"), component("b", ",'tags':['m']"), component("c", ",'title':'C'"));
        EntityPage page = new Queries(index).answer(EntityQuery.all().orderBy("metadata.tags", false));
        assertThat(names(page)).containsExactly("a", "b", "a");
        assertThat(page.totalItems()).isEqualTo(2);
        EntityPage down = new Queries(index).answer(EntityQuery.all().orderBy("Metadata.Name", true));
        assertThat(names(down)).containsExactly("c", "b", "a");
        List<Entity> kept =
                new EntityList(index).slice(null, List.of(new EntityQuery.Order("metadata.title", false)), 0, -1);
        assertThat(kept).hasSize(3);
        assertThat(kept.getFirst().ref().name()).isEqualTo("c");
    }

    @Test
    void pagesForthAndBackMeetEveryEntityOnceInAnyOrder() {
        Random random = new Random(SEED);
        List<Entity> entities = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String title = random.nextInt(4) == 0 ? "" : ",'title':'t" + random.nextInt(20) + "'";
            entities.add(entity(random, component("n" + i, title)));
        }
        CatalogIndex index = CatalogIndex.of(entities, Map.of());
        index.checkInvariants();
        Queries queries = new Queries(index);
        for (String order : List.of("", "metadata.title", "metadata.name")) {
            for (boolean descending : new boolean[] {false, true}) {
                EntityQuery all =
                        order.isEmpty() ? EntityQuery.all() : EntityQuery.all().orderBy(order, descending);
                List<Entity> whole = queries.answer(all.limit(1000)).items();
                for (int size : new int[] {1, 7, 60, 299}) {
                    List<EntityPage> pages = new ArrayList<>();
                    pages.add(queries.answer(all.limit(size)));
                    while (pages.getLast().nextCursor().isPresent()) {
                        String cursor = pages.getLast().nextCursor().get();
                        pages.add(queries.answer(EntityQuery.page(cursor).limit(size)));
                    }
                    assertThat(pages.stream().flatMap(page -> page.items().stream()))
                            .isEqualTo(whole);
                    for (int i = pages.size() - 1; i > 0; i--) {
                        String cursor = pages.get(i).prevCursor().orElseThrow();
                        assertThat(queries.answer(EntityQuery.page(cursor).limit(size))
                                        .items())
                                .isEqualTo(pages.get(i - 1).items());
                    }
                    assertThat(pages.getFirst().prevCursor()).isEmpty();
                    assertThat(pages).allMatch(page -> page.totalItems() == whole.size());
                }
            }
        }
    }

    @Test
    void aPageGoesOnWhereItStoppedAfterTheEntityThereWentAway() {
        Random random = new Random(SEED);
        List<Entity> entities = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            entities.add(entity(random, component("n" + i, "")));
        }
        EntityQuery query = EntityQuery.all().orderBy("metadata.name", false).limit(4);
        String cursor = new Queries(CatalogIndex.of(entities, Map.of()))
                .answer(query)
                .nextCursor()
                .orElseThrow();
        entities.removeIf(entity -> entity.ref().name().equals("n3"));
        EntityPage next = new Queries(CatalogIndex.of(entities, Map.of()))
                .answer(EntityQuery.page(cursor).limit(2));
        assertThat(names(next)).containsExactly("n4", "n5");
    }

    @Test
    void limitsZeroAndNoTotal() {
        CatalogIndex index = index(component("a", ""), component("b", ""));
        EntityPage counted = new Queries(index).answer(EntityQuery.all().limit(0));
        assertThat(counted.items()).isEmpty();
        assertThat(counted.totalItems()).isEqualTo(2);
        assertThat(counted.nextCursor()).isEmpty();
        assertThat(new Queries(index).answer(EntityQuery.all().withoutTotal()).totalItems())
                .isZero();
        assertThat(EntityQuery.all().limit()).isEqualTo(200);
    }

    @Test
    void textIsFoundAsByLike() {
        assertThat(LikePattern.containing("b%d")).accepts("abcd", "bd").rejects("abc", "db");
        assertThat(LikePattern.containing("a_c")).accepts("xabc", "a😀c").rejects("ac");
        assertThat(LikePattern.containing("10\\%")).accepts("10%").rejects("100");
        CatalogIndex index = index(component("alpha", ""), component("beta", ""));
        assertThat(names(new Queries(index).answer(EntityQuery.all().containing(" PH ", "metadata.name"))))
                .containsExactly("alpha");
        assertThat(names(new Queries(index)
                        .answer(EntityQuery.all()
                                .orderBy("metadata.name", false)
                                .containing("ta"))))
                .containsExactly("beta");
    }

    @Test
    void predicatesThatAreNoneAreRefused() {
        for (String bad : List.of(
                "5",
                "[]",
                "{'a':null}",
                "{'a':[1]}",
                "{'a':{'$x':1}}",
                "{'$all':[],'b':1}",
                "{'$any':{}}",
                "{'$nor':[]}",
                "{'a':{'$in':[{}]}}",
                "{'a':{'$contains':{'b':1}}}",
                "{'$not':'x'}")) {
            assertThatThrownBy(() ->
                            PredicateJson.parse(JsonMapper.shared().readTree(bad.replace('\'', '"')), "Invalid query"))
                    .as(bad)
                    .isInstanceOf(dev.polder.kernel.model.Problem.class);
        }
        String deep = "{\"$not\":".repeat(100) + "{}" + "}".repeat(100);
        assertThatThrownBy(() -> PredicateJson.parse(JsonMapper.shared().readTree(deep), "Invalid query"))
                .hasMessageContaining("nested deeper than");
    }

    @Test
    void cursorsThatAreNoneAreRefused() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            String text = random.nextBoolean()
                    ? java.util.Base64.getEncoder().encodeToString(noise)
                    : new String(noise, java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> Cursor.decode(text))
                    .as("seed %d, %s", SEED, text)
                    .isInstanceOf(dev.polder.kernel.model.Problem.class)
                    .hasMessageStartingWith("Malformed cursor");
        }
    }

    @Test
    void orderIsByCodePoint() {
        assertThat(List.of("b", "a😀", "a\uFFFD", "B", "a", "").stream().sorted(CodePoints.ORDER))
                .containsExactly("", "B", "a", "a\uFFFD", "a😀", "b");
    }

    @Test
    void numbersAreWrittenAsInJavaScript() {
        String json = "[1.0, 2.50, 1e21, 1.5e-7, 100, -0.0, 123456789012345680000]";
        List<String> texts = new ArrayList<>();
        JsonMapper.shared().readTree(json).forEach(number -> texts.add(JsNumbers.text(JsNumbers.normalized(number))));
        assertThat(texts).containsExactly("1", "2.5", "1e+21", "1.5e-7", "100", "0", "123456789012345680000");
    }
}
