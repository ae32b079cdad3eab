package dev.polder.portal.scaffolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whole tasks on a real store. */
class ScaffolderIT {

    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(folder);
        bench.scaffolder.start();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void runsATemplateFromSkeletonToRepositoryAndCatalogue() throws Exception {
        EntityRef ref = bench.template("shop", """
                parameters:
                  required: [name]
                  properties:
                    name: {type: string}
                steps:
                  - id: fetch
                    name: Fetch
                    action: fetch:template
                    input:
                      url: ./skeleton
                      values:
                        name: ${{ parameters.name }}
                        by: ${{ user.entity.spec.profile.displayName }}
                  - id: publish
                    action: publish:git
                    input:
                      name: ${{ parameters.name }}
                  - id: register
                    action: catalog:register
                    input:
                      repoContentsUrl: ${{ steps.publish.output.repoContentsUrl }}
                output:
                  links:
                    - title: Repository
                      url: ${{ steps.publish.output.remoteUrl }}
                    - title: Never
                      if: ${{ parameters.name === 'x' }}
                      url: http://example.org
                  entityRef: ${{ steps.register.output.entityRef }}
                """);
        bench.file("shop/skeleton/${{ values.name }}.md", "# ${{ values.name }} by ${{ values.by }}\n");
        bench.file("shop/skeleton/{% if false %}never{% endif %}", "x");
        Files.write(folder.resolve("shop/skeleton/logo.bin"), new byte[] {1, 0, 2, '$', '{', '{'});
        Task task = bench.run(ref, "{\"name\":\"web\"}");
        assertThat(bench.log(task.id()))
                .contains(
                        "Starting up task with 3 steps",
                        "Beginning step Fetch",
                        "Finished step Fetch",
                        "Beginning step publish:git")
                .last()
                .isEqualTo("Run completed with status: completed");
        assertThat(task.status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(bench.repositories.get("default", "web").readFile("main", "web.md"))
                .hasValueSatisfying(file -> assertThat(file).asString().isEqualTo("# web by Jan Jansen\n"));
        assertThat(bench.repositories.get("default", "web").readFile("main", "logo.bin"))
                .hasValueSatisfying(file -> assertThat(file).containsExactly(1, 0, 2, '$', '{', '{'));
        assertThat(bench.ending(task.id()).path("output").toString())
                .isEqualTo(
                        "{\"links\":[{\"title\":\"Repository\",\"url\":\"http://127.0.0.1:7007/git/default/web.git\"}],"
                                + "\"entityRef\":\"component:default/shop\"}");
        assertThat(bench.registered)
                .containsExactly("http://127.0.0.1:7007/git/default/web/raw/main/catalog-info.yaml");
        assertThat(folder.resolve("work")).isEmptyDirectory();
        assertThat(task.createdBy()).contains("user:default/jan");
    }

    @Test
    void refusesValuesThatBreakTheSchemaWithFieldAndExpectation() throws Exception {
        EntityRef ref = bench.template("checked", """
                parameters:
                  - required: [name]
                    properties:
                      name: {type: string, pattern: '^[a-z]+$', ui:autofocus: true}
                      size: {type: integer, maximum: 3}
                steps: []
                """);
        assertThat(bench.scaffolder
                        .check(ref, Bench.json("{\"name\":\"A\",\"size\":9}"), Map.of())
                        .toString())
                .contains(
                        "\"property\":\"instance.name\"", "does not match pattern", "must be less than or equal to 3");
        assertThatThrownBy(() -> bench.scaffolder.create(ref, Bench.json("{}"), Map.of(), Bench.JAN))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("instance requires property \"name\"");
        assertThatThrownBy(() -> bench.scaffolder.create(
                        ref,
                        Bench.json("{\"name\":\"a\",\"x\":\"" + "y".repeat(2_000_000) + "\"}"),
                        Map.of(),
                        Bench.JAN))
                .hasMessageContaining("expected: at most");
        assertThatThrownBy(() -> bench.scaffolder.create(
                        EntityRef.parse("template:none"), Bench.json("{}"), Map.of(), Bench.JAN))
                .hasMessageContaining("Template template:default/none not found");
    }

    @Test
    void badTemplatesSayWhatIsWrong() throws Exception {
        EntityRef unknown = bench.template("unknown", "steps:\n  - id: a\n    action: no:such\n");
        Task task = bench.run(unknown, "{}");
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(bench.ending(task.id()).path("error").path("message").asString())
                .contains("no:such", "is not registered", "fetch:template");
        EntityRef noAction = bench.template("noaction", "steps:\n  - id: a\n");
        assertThatThrownBy(() -> bench.scaffolder.create(noAction, Bench.json("{}"), Map.of(), Bench.JAN))
                .hasMessageContaining("spec.steps[0].action");

        EntityRef failing =
                bench.template("failing", "steps:\n  - action: fetch:template\n    input: {url: ./skeleton}\n");
        bench.file("failing/skeleton/src/a.txt", "fine\n${{ values.x | nosuch }}\n");
        Task failed = bench.run(failing, "{}");
        assertThat(bench.ending(failed.id()).path("error").path("message").asString())
                .contains("src/a.txt:2:", "unknown filter \"nosuch\"");

        for (String step : List.of(
                "fetch:template\n    input: {url: ../shop}",
                "fetch:template\n    input: {url: /etc}",
                "fetch:template\n    input: {url: ./skeleton, targetPath: ../../x}",
                "fetch:plain\n    input: {url: 'https://example.org/x'}",
                "fetch:plain:file\n    input: {url: 'http://127.0.0.1:1/x', targetPath: a}",
                "fs:delete\n    input: {files: ['../..']}",
                "fs:delete\n    input: {files: ['./']}",
                "fs:rename\n    input: {files: [{from: ../a, to: b}]}",
                "fs:readdir\n    input: {paths: ['/']}",
                "catalog:write\n    input: {filePath: ../../c.yaml, entity: {kind: A}}",
                "publish:git\n    input: {name: x, sourcePath: ../..}",
                "publish:git\n    input: {name: ../x}",
                "fs:delete\n    input: {files: 5}")) {
            EntityRef ref = bench.template("escape", "steps:\n  - action: " + step + "\n");
            bench.file("escape/skeleton/a", "a");
            Task escaped = bench.run(ref, "{}");
            assertThat(escaped.status()).as(step).isEqualTo(TaskStatus.FAILED);
            assertThat(bench.ending(escaped.id()).path("error").path("message").asString())
                    .as(step)
                    .containsAnyOf(
                            "expected",
                            "Invalid input passed to action fs:delete, instance.files is not of a type(s) array");
        }
        assertThat(bench.repositories.list()).isEmpty();
    }

    @Test
    void aNameThatRendersToAnEscapeIsRefused() throws Exception {
        EntityRef ref = bench.template(
                "names",
                "steps:\n  - action: fetch:template\n    input:\n      url: ./skeleton\n      targetPath: out\n      values: {n: '../evil'}\n");
        bench.file("names/skeleton/${{ values.n }}", "x");
        Task task = bench.run(ref, "{}");
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(bench.ending(task.id()).path("error").path("message").asString())
                .contains("leaves targetPath");
    }

    @Test
    void stepsGoOnAfterAFailureOnlyWhenTheyAsk() throws Exception {
        EntityRef ref = bench.template("after", """
                steps:
                  - id: bad
                    action: fs:rename
                    input: {files: [{from: a, to: b}]}
                  - id: plain
                    action: debug:log
                    input: {message: no}
                  - id: cleanup
                    if: ${{ failure() }}
                    action: debug:log
                    input: {message: cleaning}
                  - id: last
                    if: ${{ always() }}
                    action: debug:log
                    input: {message: "always ${{ context.task.id == '' }}"}
                """);
        Task task = bench.run(ref, "{}");
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(bench.log(task.id()))
                .contains("Skipping step plain because a previous step failed", "cleaning", "always false")
                .doesNotContain("no");
    }

    @Test
    void repeatsAStepAndCollectsItsOutputs() throws Exception {
        EntityRef ref = bench.template("each", """
                steps:
                  - id: loop
                    each: ${{ parameters.list }}
                    if: ${{ each.value != 'skip' }}
                    action: catalog:fetch
                    input: {entityRef: "user:${{ each.value }}"}
                  - id: skipped
                    if: ${{ parameters.nothing }}
                    action: debug:log
                output:
                  names: ${{ steps.loop.output.entity }}
                """);
        Task task = bench.run(ref, "{\"list\":[\"jan\",\"skip\",\"jan\"]}");
        assertThat(bench.log(task.id()))
                .contains(
                        "Running step each: {\"key\":\"0\",\"value\":\"jan\"}",
                        "Skipping step each: {\"key\":\"1\",\"value\":\"skip\"}",
                        "Skipping step skipped because its if condition was false");
        assertThat(bench.ending(task.id()).path("output").path("names").size()).isEqualTo(2);
        Task wrong = bench.run(ref, "{\"list\":5}");
        assertThat(bench.ending(wrong.id()).path("error").path("message").asString())
                .contains("Invalid value on action catalog:fetch.each parameter, must resolve to an array or object");
    }

    @Test
    void secretsAreNeverShownNorStored() throws Exception {
        EntityRef ref = bench.template("secret", """
                secrets:
                  schema: {type: object, required: [token], properties: {token: {type: string}}}
                steps:
                  - action: debug:log
                    input:
                      message: "token ${{ secrets.token }} and ${{ secrets.token | upper }} and ${{ secrets.token | reverse }}"
                  - action: no:such
                    input: {x: "${{ secrets.token }}"}
                output:
                  leak: "${{ secrets.token }}"
                """);
        String secret = "hunter-two-42";
        assertThat(bench.scaffolder.check(ref, Bench.json("{}"), Map.of()).toString())
                .contains("\"property\":\"secrets\"", "secrets.token is required");
        Task task = bench.run(ref, "{}", Map.of("token", secret));
        String everything = bench.log(task.id())
                + task.spec().toString()
                + bench.ending(task.id())
                + ScaffolderApi.json(bench.scaffolder.task(task.id()));
        assertThat(everything)
                .doesNotContain(secret)
                .doesNotContain("HUNTER-TWO")
                .doesNotContain("24-owt");
        assertThat(everything).contains("***");
        bench.close();
        try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secret);
            }
        }
        bench = new Bench(folder.resolve("again"));
    }

    @Test
    void cancellingInterruptsTheStepAndKillsItsProgram() throws Exception {
        EntityRef ref = bench.template(
                "block",
                "steps:\n  - id: one\n    name: One\n    action: test:block\n    input: {program: true}\n  - id: two\n    if: ${{ always() }}\n    action: debug:log\n");
        String id = bench.scaffolder.create(ref, Bench.json("{}"), Map.of(), Bench.JAN);
        bench.entered.await();
        Awaitility.await().until(() -> ProcessHandle.current().descendants().anyMatch(ScaffolderIT::isSleep));
        bench.scaffolder.cancel(id);
        Task task = bench.ended(id);
        assertThat(task.status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(bench.log(id)).contains("Step one has been cancelled.", "Run completed with status: cancelled");
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(ProcessHandle.current().descendants().filter(ScaffolderIT::isSleep))
                                .isEmpty());
        List<TaskEvent> events = new ArrayList<>();
        bench.scaffolder.events(id, 0).forEachRemaining(events::add);
        assertThat(events)
                .extracting(TaskEvent::type)
                .contains(TaskEvent.Type.CANCELLED)
                .last()
                .isEqualTo(TaskEvent.Type.COMPLETION);
        bench.scaffolder.cancel(id);
        assertThatThrownBy(() -> bench.scaffolder.cancel("none")).hasMessageContaining("No task with id 'none' found");
    }

    private static boolean isSleep(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("sleep");
    }

    @Test
    void anEndedTaskRunsAgain() throws Exception {
        EntityRef ref = bench.template("again", "steps:\n  - action: fetch:plain\n    input: {url: ./later}\n");
        Task task = bench.run(ref, "{}");
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        bench.file("again/later/a", "a");
        bench.scaffolder.retry(task.id(), Map.of());
        Awaitility.await().until(() -> bench.scaffolder.task(task.id()).status() == TaskStatus.COMPLETED);
        List<TaskEvent> events = new ArrayList<>();
        bench.scaffolder.events(task.id(), 0).forEachRemaining(events::add);
        assertThat(events)
                .extracting(TaskEvent::type)
                .containsOnlyOnce(TaskEvent.Type.COMPLETION, TaskEvent.Type.RECOVERED);
        assertThat(events).extracting(TaskEvent::id).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void tasksSurviveARestartByTheirRecoveryStrategy() throws Exception {
        bench.scaffolder.close();
        EntityRef plain = bench.template("plain", "steps:\n  - action: debug:log\n    input: {message: ran}\n");
        EntityRef again = bench.template(
                "startover",
                "EXPERIMENTAL_recovery: {EXPERIMENTAL_strategy: startOver}\nsteps:\n  - action: debug:log\n    input: {message: ran}\n");
        String waiting = bench.scaffolder.create(plain, Bench.json("{}"), Map.of(), Bench.JAN);
        String lost = bench.scaffolder.create(plain, Bench.json("{}"), Map.of("token", "not-kept"), Bench.JAN);
        // What a killed process leaves behind: a task that is said to run.
        TaskStore store = new TaskStore(bench.store.database());
        String dead = bench.scaffolder.create(plain, Bench.json("{}"), Map.of(), Bench.JAN);
        String recovered = bench.scaffolder.create(again, Bench.json("{}"), Map.of(), Bench.JAN);
        bench.store.database().write(c -> {
            try (var statement = c.prepareStatement(
                    "UPDATE scaffolder_task SET status = 'processing', heartbeat_at = ? WHERE id IN (?, ?)")) {
                statement.setString(1, Instant.now().toString());
                statement.setString(2, dead);
                statement.setString(3, recovered);
                return statement.executeUpdate();
            }
        });
        assertThat(store.find(dead))
                .hasValueSatisfying(task -> assertThat(task.status()).isEqualTo(TaskStatus.PROCESSING));
        bench.restart();
        assertThat(bench.ended(waiting).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(bench.ended(lost).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(bench.ending(lost).path("error").path("message").asString())
                .contains("secrets")
                .doesNotContain("not-kept");
        assertThat(bench.ended(dead).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(bench.ending(dead).path("error").path("message").asString()).contains("stopped before it was done");
        assertThat(bench.ended(recovered).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(bench.log(recovered)).contains("ran");
    }

    @Test
    void runsNoMoreThanAllowedAtOnce() throws Exception {
        bench.scaffolder.close();
        ScaffolderSettings d = ScaffolderSettings.DEFAULT;
        bench.scaffolder = bench.scaffolder(new ScaffolderSettings(
                1,
                d.taskTime(),
                d.maxTaskBytes(),
                20,
                d.environmentParameters(),
                Map.of("key", "env-secret"),
                d.repositoryHosts(),
                d.fetchHosts(),
                true));
        bench.scaffolder.start();
        EntityRef blocking = bench.template("blocking", "steps:\n  - action: test:block\n");
        EntityRef quick = bench.template(
                "quick",
                "steps:\n  - action: debug:log\n    each: ${{ range(40) }}\n    input: {message: 'line ${{ each.value }} ${{ environment.secrets.key }}'}\n");
        String first = bench.scaffolder.create(blocking, Bench.json("{}"), Map.of(), Bench.JAN);
        bench.entered.await();
        String second = bench.scaffolder.create(quick, Bench.json("{}"), Map.of(), Bench.JAN);
        assertThat(bench.scaffolder.awaitEvents(second, 0, Duration.ofMillis(200)))
                .isEmpty();
        assertThat(bench.scaffolder.task(second).status()).isEqualTo(TaskStatus.OPEN);
        bench.release.countDown();
        assertThat(bench.ended(first).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(bench.ended(second).status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(bench.log(second))
                .anyMatch(line -> line.contains("the rest is left out"))
                .noneMatch(line -> line.contains("env-secret"))
                .hasSizeLessThan(30);
    }

    @Test
    void dryRunsTouchNothing() throws Exception {
        var template = Bench.json("""
                {"apiVersion":"scaffolder.backstage.io/v1beta3","kind":"Template","metadata":{"name":"t"},"spec":{"type":"x",
                 "steps":[{"id":"f","action":"fetch:template","input":{"url":"./s","values":{"a":"${{ parameters.a }}"}}},
                          {"id":"p","action":"publish:git","input":{"name":"dry"}}],
                 "output":{"url":"${{ steps.p.output.remoteUrl }}"}}}""");
        var result = bench.scaffolder.dryRun(
                template,
                Bench.json("{\"a\":\"b\"}"),
                Map.of(),
                Map.of("s/${{ values.a }}", "=${{ values.a }}".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Bench.JAN);
        assertThat(result.path("directoryContents").toString())
                .isEqualTo("[{\"path\":\"b\",\"executable\":false,\"base64Content\":\"PWI=\"}]");
        assertThat(result.path("output")).isEqualTo(Bench.json("{\"url\":\"<example>\"}"));
        assertThat(result.path("log").toString()).contains("Skipping because publish:git does not support dry-run");
        assertThat(bench.repositories.list()).isEmpty();
        assertThat(folder.resolve("work")).isEmptyDirectory();
        assertThatThrownBy(() -> bench.scaffolder.dryRun(
                        template,
                        JsonNodeFactory.instance.objectNode(),
                        Map.of(),
                        Map.of("../../x", new byte[1]),
                        Bench.JAN))
                .hasMessageContaining("leaves the template folder");
    }

    @Test
    void previewsStepsAndEntities() throws Exception {
        EntityRef ref = bench.template("preview", """
                steps:
                  - id: f
                    action: fetch:template
                    input: {url: ./skeleton, values: {name: "${{ parameters.name }}"}}
                  - id: never
                    if: ${{ parameters.no }}
                    action: debug:log
                """);
        bench.file("preview/skeleton/catalog-info.yaml", "kind: Component\nmetadata:\n  name: ${{ values.name }}\n");
        Preview preview = bench.scaffolder.preview(ref, Bench.json("{\"name\":\"web\"}"));
        assertThat(preview.steps())
                .extracting(step -> step.path("id").asString())
                .containsExactly("f");
        assertThat(preview.entities())
                .extracting(e -> e.path("metadata").path("name").asString())
                .containsExactly("web");
    }
}
