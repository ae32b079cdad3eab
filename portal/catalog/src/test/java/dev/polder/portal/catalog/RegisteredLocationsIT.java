package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.portal.catalog.CatalogFixture.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locations registered over HTTP: conflict, dry run, rules, moving, unregistering, readonly mode. */
class RegisteredLocationsIT {

    @TempDir
    Path folder;

    @TempDir
    Path data;

    private FileServer files;
    private CatalogFixture fixture;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), """
                apiVersion: backstage.io/v1alpha1
                kind: Location
                metadata: {name: a}
                spec: {targets: [./b.yaml]}
                """);
        Files.writeString(folder.resolve("b.yaml"), """
                apiVersion: backstage.io/v1alpha1
                kind: Component
                metadata: {name: b}
                spec: {type: service, lifecycle: production, owner: team}
                """);
        Files.writeString(folder.resolve("user.yaml"), """
                apiVersion: backstage.io/v1alpha1
                kind: User
                metadata: {name: mallory}
                spec: {memberOf: [admins]}
                """);
        files = new FileServer(folder.toRealPath());
        fixture = CatalogFixture.open(data, CatalogSettings.of(List.of(), List.of(files)));
    }

    @AfterEach
    void stop() {
        fixture.close();
        files.close();
    }

    private Answer register(String parameters, String file) {
        return fixture.post("/locations" + parameters, "{\"type\":\"url\",\"target\":\"" + files.url(file) + "\"}");
    }

    @Test
    void registersRefusesTwiceRefreshesMovesAndUnregisters() {
        Answer dry = register("?dryRun=yes", "a.yaml");
        assertThat(dry.status()).isEqualTo(201);
        assertThat(dry.body().path("exists").booleanValue()).isFalse();
        assertThat(dry.body().path("entities").size()).isEqualTo(3);
        assertThat(fixture.get("/locations").body().size()).isZero();

        Answer added = register("", "a.yaml");
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.body().path("entities").size()).isZero();
        String id = added.body().path("location").path("id").asString();
        assertThat(register("?dryRun=true", "a.yaml").body().path("exists").booleanValue())
                .isTrue();
        Answer again = register("", "a.yaml");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().path("error").path("message").asString())
                .isEqualTo("Location url:" + files.url("a.yaml") + " already exists");
        Answer refreshed = register("?onConflict=refresh", "a.yaml");
        assertThat(refreshed.status()).isEqualTo(201);
        assertThat(refreshed.body().path("location").path("id").asString()).isEqualTo(id);

        fixture.settle();
        assertThat(fixture.refs()).containsExactly("component:default/b", "location:default/a");
        Entity b = fixture.catalog.index().byRef("component:default/b").orElseThrow();
        assertThat(b.annotation("backstage.io/managed-by-location")).contains("url:" + files.url("b.yaml"));
        assertThat(b.annotation("backstage.io/managed-by-origin-location")).contains("url:" + files.url("a.yaml"));
        assertThat(b.annotation("backstage.io/view-url")).contains(files.url("b.yaml"));
        assertThat(fixture.get("/locations/by-entity/component/default/b")
                        .body()
                        .path("id")
                        .asString())
                .isEqualTo(id);

        Answer moved = fixture.send(HttpRequest.newBuilder(URI.create(fixture.base() + "/locations/" + id))
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"type\":\"url\",\"target\":\"" + files.url("b.yaml") + "\"}")));
        assertThat(moved.status()).isEqualTo(200);
        fixture.settle();
        assertThat(fixture.refs()).containsExactly("component:default/b");

        HttpRequest.Builder delete = HttpRequest.newBuilder(URI.create(fixture.base() + "/locations/" + id))
                .DELETE();
        assertThat(fixture.send(delete).status()).isEqualTo(204);
        assertThat(fixture.send(delete).status()).isEqualTo(404);
        fixture.settle();
        assertThat(fixture.refs()).isEmpty();
    }

    @Test
    void registeredLocationsBringNoUsers() {
        Answer dry = register("?dryRun=1", "user.yaml");
        assertThat(dry.status()).isEqualTo(400);
        assertThat(dry.body().path("error").path("message").asString())
                .contains("Entity user:default/mallory at")
                .contains("is not of an allowed kind for that location");
        assertThat(register("", "user.yaml").status()).isEqualTo(201);
        fixture.settle();
        assertThat(fixture.refs()).isEmpty();
        assertThat(fixture.catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.where().source()).isEqualTo(files.url("user.yaml"));
            assertThat(problem.where().line()).isEqualTo(2);
        });
    }

    @Test
    void readonlyModeRefusesAllButDryRuns() {
        fixture.close();
        fixture = CatalogFixture.open(
                data, CatalogSettings.of(List.of(), List.of(files)).withReadonly(true));
        Answer refused = register("", "a.yaml");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("error").path("message").asString())
                .isEqualTo("This operation not allowed in readonly mode");
        assertThat(register("?dryRun=true", "a.yaml").status()).isEqualTo(201);
    }
}
