package dev.polder.portal.scaffolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same dry runs by the real Backstage scaffolder and by ours.
 *
 * <p>Compared are the verdict, the output, the files that were made, the status lines of the log, and the schema errors.
 * What differs on purpose, and is therefore not compared:
 *
 * <ul>
 *   <li>log lines without a status: Backstage writes a coloured level before each and {@code debug:log} repeats its input;
 *   <li>the text of a failed step: Backstage shows a JavaScript stack, we show file, line and what was expected;
 *   <li>two closing braces in a record literal inside <code>${{ }}</code> end the tag in both; our message differs;
 *   <li>{@code {%- raw %}} is accepted by ours only;
 *   <li>our {@code catalog:register} declares its outputs, so a dry run makes them up; Backstage's leaves them out.
 * </ul>
 */
class BackstageOracleIT {

    private static BackstageOracle oracle;
    private static Bench bench;

    @TempDir
    static Path folder;

    @BeforeAll
    static void startBoth() throws Exception {
        Optional<String> missing = BackstageOracle.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        oracle = BackstageOracle.start();
        bench = new Bench(folder);
    }

    @AfterAll
    static void stopBoth() throws Exception {
        if (oracle != null) {
            oracle.close();
        }
        if (bench != null) {
            bench.close();
        }
    }

    @TestFactory
    List<DynamicTest> bothDoTheSame() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (InputStream in = BackstageOracleIT.class.getResourceAsStream("/oracle-cases.yaml")) {
            for (YamlDocument document : YamlReader.read("oracle-cases.yaml", in.readAllBytes())) {
                JsonNode test = document.root();
                tests.add(DynamicTest.dynamicTest(test.path("name").asString(), () -> compare(test)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(25);
        return tests;
    }

    private static void compare(JsonNode test) throws Exception {
        ObjectNode template = JsonNodeFactory.instance.objectNode();
        template.put("apiVersion", TemplateSpec.API_VERSION).put("kind", "Template");
        template.putObject("metadata").put("name", "t");
        ObjectNode spec = template.putObject("spec").put("type", "service").put("owner", "jan");
        spec.set("steps", JsonNodeFactory.instance.arrayNode());
        test.properties().forEach(field -> {
            if (List.of("steps", "parameters", "output", "secrets").contains(field.getKey())) {
                spec.set(field.getKey(), field.getValue());
            }
        });
        if (test.has("expressions")) {
            ObjectNode output = spec.putObject("output");
            test.path("expressions").forEach(e -> output.set("e" + output.size(), e));
        }
        JsonNode values = test.has("values") ? test.path("values") : JsonNodeFactory.instance.objectNode();
        Map<String, byte[]> files = new HashMap<>();
        ArrayNode contents = JsonNodeFactory.instance.arrayNode();
        test.path("files").properties().forEach(file -> {
            byte[] bytes = file.getValue().asString().getBytes(StandardCharsets.UTF_8);
            files.put(file.getKey(), bytes);
            contents.addObject()
                    .put("path", file.getKey())
                    .put("base64Content", Base64.getEncoder().encodeToString(bytes));
        });
        Map<String, String> secrets = new HashMap<>();
        test.path("given")
                .properties()
                .forEach(
                        secret -> secrets.put(secret.getKey(), secret.getValue().asString()));

        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.set("template", template);
        request.set("values", values);
        request.set("directoryContents", contents);
        request.set("secrets", test.has("given") ? test.path("given") : JsonNodeFactory.instance.objectNode());
        var answer = oracle.send(
                "POST", "/api/scaffolder/v2/dry-run", JsonMapper.shared().writeValueAsString(request));
        JsonNode theirs = JsonMapper.shared().readTree(answer.body());

        ArrayNode errors = bench.scaffolder.dryRunErrors(template, (ObjectNode) values, secrets);
        if (theirs.has("errors") || !errors.isEmpty()) {
            assertThat(sorted(errors)).as("schema errors; theirs %s", theirs).isEqualTo(sorted(theirs.path("errors")));
            return;
        }
        JsonNode ours;
        try {
            ours = bench.scaffolder.dryRun(template, (ObjectNode) values, secrets, files, Bench.JAN);
        } catch (Problem e) {
            assertThat(answer.statusCode())
                    .as("ours failed: %s; theirs: %s", e.getMessage(), theirs)
                    .isGreaterThanOrEqualTo(400);
            if (test.has("message")) {
                assertThat(e.getMessage()).contains(test.path("message").asString());
                assertThat(theirs.path("error").path("message").asString())
                        .contains(test.path("message").asString());
            }
            return;
        }
        assertThat(answer.statusCode()).as("theirs: %s; ours: %s", theirs, ours).isEqualTo(200);
        assertThat(withoutFolders(ours)).as("output").isEqualTo(withoutFolders(theirs));
        assertThat(files(ours)).as("files").isEqualTo(files(theirs));
        Assertions.assertIterableEquals(statusLines(theirs), statusLines(ours));
    }

    /** The output, with the folder of the run, which each has its own, left out of paths. */
    private static JsonNode withoutFolders(JsonNode result) {
        return JsonMapper.shared()
                .readTree(result.path("output").toString().replaceAll("\"/[^\"]*/dry-run-[0-9a-f-]+/", "\"/"));
    }

    private static List<String> sorted(JsonNode errors) {
        return errors.valueStream().map(JsonNode::toPrettyString).sorted().toList();
    }

    private static Map<String, String> files(JsonNode result) {
        Map<String, String> files = new TreeMap<>();
        result.path("directoryContents")
                .forEach(file -> files.put(
                        file.path("path").asString(),
                        file.path("executable") + " "
                                + new String(
                                        Base64.getDecoder()
                                                .decode(file.path("base64Content")
                                                        .asString()),
                                        StandardCharsets.UTF_8)));
        return files;
    }

    private static List<String> statusLines(JsonNode result) {
        return result.path("log")
                .valueStream()
                .map(line -> line.path("body"))
                .filter(body -> body.has("status"))
                .map(body -> body.path("stepId").asString() + " "
                        + body.path("status").asString() + " "
                        + (body.path("status").asString().equals("failed")
                                ? ""
                                : body.path("message").asString()))
                .toList();
    }
}
