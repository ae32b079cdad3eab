package dev.polder.portal.scaffolder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.server.CredentialStore;
import dev.polder.kernel.server.PolderServer;
import dev.polder.kernel.server.Principal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Backstage's endpoints over real HTTP. */
class ScaffolderApiIT {

    @TempDir
    Path folder;

    Bench bench;
    PolderServer server;
    String token;
    final HttpClient client = HttpClient.newHttpClient();

    record Answer(int status, String body) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        bench = new Bench(folder);
        bench.scaffolder.start();
        Accounts accounts =
                new Accounts(CredentialStore.inMemory(), InstantSource.system(), Duration.ofHours(1), false);
        token = accounts.issueToken("test", EntityRef.of("user", "default", "jan"), Principal.Kind.USER);
        server = PolderServer.builder()
                .authenticator(accounts)
                .routes(ScaffolderApi.routes(bench.scaffolder))
                .routes(PreviewApi.routes(bench.scaffolder))
                .start();
        bench.template("hello", """
                presentation: {buttonLabels: {createButtonText: Go}}
                parameters:
                  - title: Page
                    required: [name]
                    properties:
                      name: {type: string, title: Name}
                  - properties:
                      other: {type: string}
                steps:
                  - id: greet
                    name: Greet
                    action: debug:log
                    input: {message: "Hello ${{ parameters.name }}"}
                output:
                  text: [{title: Done, content: "${{ parameters.name }}"}]
                """);
    }

    @AfterEach
    void stop() {
        server.close();
        bench.close();
        client.close();
    }

    private Answer call(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
    }

    private static final String API = "/api/scaffolder/v2";

    @Test
    void tellsTheFormAndTheActions() throws Exception {
        JsonNode form = call("GET", API + "/templates/default/template/hello/parameter-schema", "")
                .json();
        assertThat(form.path("title").asString()).isEqualTo("A template");
        assertThat(form.path("presentation")
                        .path("buttonLabels")
                        .path("createButtonText")
                        .asString())
                .isEqualTo("Go");
        assertThat(form.path("steps").get(0).path("title").asString()).isEqualTo("Page");
        assertThat(form.path("steps").get(1).path("title").asString())
                .isEqualTo("Please enter the following information");
        assertThat(form.path("steps")
                        .get(0)
                        .path("schema")
                        .path("required")
                        .get(0)
                        .asString())
                .isEqualTo("name");
        Answer none = call("GET", API + "/templates/default/template/none/parameter-schema", "");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.json().path("error").path("message").asString())
                .isEqualTo("Template template:default/none not found");
        JsonNode actions = call("GET", API + "/actions", "").json();
        assertThat(actions.valueStream().map(action -> action.path("id").asString()))
                .isSorted()
                .contains(
                        "fetch:template",
                        "fetch:plain",
                        "fetch:plain:file",
                        "fetch:template:file",
                        "workspace:template",
                        "catalog:register",
                        "catalog:fetch",
                        "catalog:write",
                        "debug:log",
                        "debug:wait",
                        "fs:delete",
                        "fs:rename",
                        "fs:readdir",
                        "publish:git");
        JsonNode extensions = call("GET", API + "/templating-extensions", "").json();
        assertThat(extensions.path("filters").has("parseRepoUrl")).isTrue();
        assertThat(call("POST", API + "/autocomplete/x/y", "{\"token\":\"t\"}")
                        .json()
                        .path("error")
                        .path("message")
                        .asString())
                .isEqualTo("Unsupported provider: x");
    }

    @Test
    void createsATaskAndStreamsItToItsEnd() throws Exception {
        Answer created = call(
                "POST", API + "/tasks", "{\"templateRef\":\"template:default/hello\",\"values\":{\"name\":\"Ada\"}}");
        assertThat(created.status()).isEqualTo(201);
        String id = created.json().path("id").asString();
        String stream = call("GET", API + "/tasks/" + id + "/eventstream", "").body();
        assertThat(stream)
                .contains("event: log\n", "event: completion\n", "Hello Ada", "Run completed with status: completed");
        assertThat(stream.indexOf("event: completion")).isGreaterThan(stream.lastIndexOf("event: log"));
        JsonNode events =
                call("GET", API + "/tasks/" + id + "/events?after=2", "").json();
        assertThat(events.get(0).path("id").asInt()).isEqualTo(3);
        JsonNode late =
                call("GET", API + "/tasks/" + id + "/events?after=999", "").json();
        assertThat(late.size()).isEqualTo(1);
        assertThat(late.get(0).path("type").asString()).isEqualTo("completion");
        assertThat(late.get(0)
                        .path("body")
                        .path("output")
                        .path("text")
                        .get(0)
                        .path("content")
                        .asString())
                .isEqualTo("Ada");
        JsonNode task = call("GET", API + "/tasks/" + id, "").json();
        assertThat(task.path("status").asString()).isEqualTo("completed");
        assertThat(task.path("createdBy").asString()).isEqualTo("user:default/jan");
        assertThat(task.path("spec").path("steps").get(0).path("id").asString()).isEqualTo("greet");
        assertThat(task.path("spec").path("templateInfo").path("entityRef").asString())
                .isEqualTo("template:default/hello");
        JsonNode list = call(
                        "GET",
                        API + "/tasks?status=completed&createdBy=user:default/jan&order=desc:created_at&limit=1",
                        "")
                .json();
        assertThat(list.path("totalTasks").asInt()).isEqualTo(1);
        assertThat(call("GET", API + "/tasks?status=failed", "")
                        .json()
                        .path("tasks")
                        .size())
                .isZero();
        assertThat(call("GET", API + "/tasks?order=up:x", "").status()).isEqualTo(400);
        assertThat(call("POST", API + "/tasks/" + id + "/retry", "{}").status()).isEqualTo(201);
        assertThat(call("POST", API + "/tasks/" + id + "/cancel", "")
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("cancelled");
        assertThat(call("GET", API + "/tasks/none", "")
                        .json()
                        .path("error")
                        .path("message")
                        .asString())
                .isEqualTo("No task with id 'none' found");
        assertThat(call("GET", API + "/tasks/none/eventstream", "").status()).isEqualTo(404);
    }

    @Test
    void wrongValuesAreAnsweredInTheFormsShape() throws Exception {
        Answer refused = call("POST", API + "/tasks", "{\"templateRef\":\"hello\",\"values\":{\"name\":5}}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body())
                .isEqualTo(
                        "{\"errors\":[{\"path\":[\"name\"],\"property\":\"instance.name\",\"message\":\"is not of a type(s) string\","
                                + "\"schema\":{\"type\":\"string\",\"title\":\"Name\"},\"instance\":5,\"name\":\"type\",\"argument\":[\"string\"],"
                                + "\"stack\":\"instance.name is not of a type(s) string\"}]}");
        assertThat(call("POST", API + "/tasks", "{\"values\":{}}").status()).isEqualTo(400);
        assertThat(call("POST", API + "/tasks", "{").status()).isEqualTo(400);
        assertThat(call("POST", API + "/tasks", "{\"templateRef\":\"hello\",\"values\":[]}")
                        .body())
                .contains("expected: an object");
    }

    @Test
    void previewsAndRunsDry() throws Exception {
        JsonNode preview = call(
                        "POST",
                        "/api/polder/tasks/preview",
                        "{\"templateRef\":\"template:default/hello\",\"values\":{\"name\":\"x\"}}")
                .json();
        assertThat(preview.toString())
                .isEqualTo(
                        "{\"steps\":[{\"id\":\"greet\",\"name\":\"Greet\",\"action\":\"debug:log\"}],\"entities\":[]}");
        Answer dry = call("POST", API + "/dry-run", """
                {"template":{"apiVersion":"scaffolder.backstage.io/v1beta3","kind":"Template","metadata":{"name":"t"},
                 "spec":{"type":"x","steps":[{"action":"fetch:plain","input":{"url":"./"}}]}},
                 "values":{},"directoryContents":[{"path":"a.txt","base64Content":"YQ=="}]}""");
        assertThat(dry.status()).as(dry.body()).isEqualTo(200);
        assertThat(dry.json().path("directoryContents").get(0).path("path").asString())
                .isEqualTo("a.txt");
        assertThat(call(
                                "POST",
                                API + "/dry-run",
                                "{\"template\":{\"kind\":\"Component\"},\"values\":{},\"directoryContents\":[]}")
                        .status())
                .isEqualTo(400);
    }
}
