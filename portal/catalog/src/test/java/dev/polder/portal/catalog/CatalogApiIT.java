package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.portal.catalog.CatalogFixture.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The traps of the wire contract, one by one; the comparison with Backstage itself is a test of its own. */
class CatalogApiIT {

    @TempDir
    static Path folder;

    private static CatalogFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 250; i++) {
            many.append("""
                    apiVersion: backstage.io/v1alpha1
                    kind: Component
                    metadata: {name: Many-%d, tags: ['lang:java']}
                    spec: {type: Service, lifecycle: production, owner: team}
                    ---
                    """.formatted(i));
        }
        Files.writeString(folder.resolve("many.yaml"), many + """
                apiVersion: backstage.io/v1alpha1
                kind: Component
                metadata: {name: broken, tags: [Bad]}
                spec: {type: service, lifecycle: production, owner: team}
                """);
        fixture = CatalogFixture.open(
                folder.resolve("data"), folder + "/many.yaml", "../../samples/acme/catalog-info.yaml");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static String message(Answer answer) {
        return answer.body().path("error").path("message").asString();
    }

    @Test
    void unknownParametersAndRoutes() {
        Answer unknown = fixture.get("/entities?foo=1");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body().path("error").path("name").asString()).isEqualTo("InputError");
        assertThat(message(unknown)).isEqualTo("Unknown query parameter 'foo'");
        assertThat(unknown.body().path("request").path("url").asString()).isEqualTo("/entities?foo=1");
        assertThat(unknown.body().path("response").path("statusCode").intValue())
                .isEqualTo(400);
        Answer none = fixture.get("/nothing");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.http().body()).isEmpty();
    }

    @Test
    void theDefaultPageHolds200() {
        Answer page = fixture.get("/entities/by-query");
        assertThat(page.body().path("items").size()).isEqualTo(200);
        assertThat(page.body().path("totalItems").intValue()).isGreaterThan(300);
        assertThat(page.body().path("pageInfo").has("prevCursor")).isFalse();
    }

    @Test
    void onlyTheFirstOrderFieldCounts() {
        Answer page = fixture.get(
                "/entities/by-query?filter=kind=user&orderField=metadata.name,desc&orderField=nonsense,asc&fields=metadata.name");
        assertThat(page.body()
                        .path("items")
                        .path(0)
                        .path("metadata")
                        .path("name")
                        .asString())
                .isEqualTo("noah.dubois");
        assertThat(page.body().path("totalItems").intValue()).isEqualTo(14);
    }

    @Test
    void cursorsAreBase64JsonThatSayHowToGoOn() {
        JsonNode plain = cursor(fixture.get("/entities/by-query?limit=1"));
        assertThat(plain.has("query")).isFalse();
        assertThat(plain.path("isPrevious").booleanValue()).isFalse();
        assertThat(plain.path("totalItems").intValue()).isPositive();
        JsonNode filtered = cursor(fixture.get("/entities/by-query?limit=1&filter=kind=user"));
        assertThat(filtered.path("query").path("kind").asString()).isEqualTo("user");
    }

    private static JsonNode cursor(Answer answer) {
        String cursor = answer.body().path("pageInfo").path("nextCursor").asString();
        return JsonMapper.shared().readTree(new String(Base64.getDecoder().decode(cursor), StandardCharsets.UTF_8));
    }

    @Test
    void hugeListsAreStreamedWhole() {
        Answer all = fixture.get("/entities");
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.http().headers().firstValue("content-type")).contains("application/json; charset=utf-8");
        assertThat(all.http().headers().firstValue("content-length")).isEmpty();
        assertThat(all.body().size()).isEqualTo(fixture.catalog.index().size());
    }

    @Test
    void linksLeadThroughTheOlderList() {
        int seen = 0;
        String path = "/entities?limit=100&offset=0&filter=kind%3Dcomponent&fields=metadata.name";
        while (true) {
            Answer page = fixture.get(path);
            seen += page.body().size();
            String link = page.http().headers().firstValue("link").orElse("");
            if (link.isEmpty()) {
                break;
            }
            assertThat(link)
                    .startsWith("</entities?limit=100&filter=")
                    .endsWith(">; rel=\"next\"")
                    .doesNotContain("offset=");
            path = link.substring(1, link.indexOf('>'));
        }
        assertThat(seen).isEqualTo(264);
    }

    @Test
    void namesKeepTheirCaseAndRefsDoNot() {
        Answer entity = fixture.get("/entities/by-name/COMPONENT/Default/many-7");
        assertThat(entity.body().path("metadata").path("name").asString()).isEqualTo("Many-7");
        assertThat(entity.body().path("relations").toString())
                .isEqualTo("[{\"type\":\"ownedBy\",\"targetRef\":\"group:default/team\"}]");
        assertThat(entity.body().path("metadata").path("tags").path(0).asString())
                .isEqualTo("lang:java");
    }

    @Test
    void facetsAnswerUnderTheNameThatWasAskedFor() {
        Answer answer = fixture.get("/entity-facets?facet=Spec.TYPE&filter=metadata.tags=lang:java");
        assertThat(answer.http().body())
                .isEqualTo("{\"facets\":{\"Spec.TYPE\":[{\"value\":\"Service\",\"count\":250}]}}");
    }

    @Test
    void problemsAreListedWithTheirPlace() {
        Answer answer = CatalogFixture.send(
                java.net.http.HttpClient.newHttpClient(),
                HttpRequest.newBuilder(
                        URI.create(fixture.base().replace("/api/catalog", "/api/polder/catalog/problems"))));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("items").size()).isEqualTo(1);
        JsonNode problem = answer.body().path("items").path(0);
        assertThat(problem.path("location").asString()).endsWith("/many.yaml");
        assertThat(problem.path("line").intValue()).isEqualTo(250 * 5 + 3);
        assertThat(problem.path("field").asString()).isEqualTo("metadata.tags[0]");
        assertThat(problem.path("kept").booleanValue()).isFalse();
        assertThat(problem.path("at").asString()).endsWith("Z");
    }

    @Test
    void theFileNameInAnalyzeMayBeSpelledAsTheCodeDoes() {
        Answer answer = fixture.post(
                "/analyze-location",
                "{\"location\":{\"type\":\"url\",\"target\":\"https://gitlab.com/g/new.git\"},\"catalogFilename\":\"x.yaml\"}");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode entity = answer.body().path("generateEntities").path(0).path("entity");
        assertThat(entity.path("metadata").path("name").asString()).isEqualTo("new");
        assertThat(entity.path("metadata")
                        .path("annotations")
                        .path("gitlab.com/project-slug")
                        .asString())
                .isEqualTo("g/new");
    }

    @Test
    void validationHasAnErrorShapeOfItsOwn() {
        Answer answer = fixture.post(
                "/validate-entity",
                "{\"location\":\"url:https://x/y\",\"entity\":{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"System\","
                        + "\"metadata\":{\"name\":\"a b\",\"namespace\":\"Up.per\"},\"spec\":{}}}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().has("error")).isFalse();
        assertThat(answer.body().path("errors").size()).isEqualTo(3);
    }

    @Test
    void deletingIsIdempotent() {
        HttpRequest.Builder delete = HttpRequest.newBuilder(URI.create(fixture.base() + "/entities/by-uid/none"))
                .DELETE();
        assertThat(fixture.send(delete).status()).isEqualTo(204);
    }
}
