package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a manifest may say and a deployment refuses. */
class UnsupportedAppsTest {

    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

    @TempDir
    Path folder;

    private static BuiltApp app(String more, byte[] wasm) {
        String manifest = """
                spin_manifest_version = 2
                [application]
                name = "test"
                [component.service]
                source = "service.wasm"
                """ + more;
        return new BuiltApp(
                SpinManifest.parse("spin.toml", manifest),
                manifest,
                List.of(BuiltApp.Component.of("service", wasm)),
                Language.OTHER,
                Path.of("."));
    }

    private void refused(BuiltApp app, Problem.Code code, String words) {
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder)) {
            assertThatThrownBy(() -> polder.apps.deploy(workload("test"), app, info("1")))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.code()).as(problem.getMessage()).isEqualTo(code);
                        assertThat(problem.getMessage())
                                .contains("workload default/test")
                                .contains(words);
                    });
            assertThat(polder.apps.state(workload("test")).orElseThrow().phase())
                    .isEqualTo(AppState.Phase.FAILED);
        }
    }

    private static final String HTTP = "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"service\"\n";

    @Test
    void aComponentBehindTheHttpExecutor() {
        refused(
                app(HTTP, COMPONENT),
                Problem.Code.UNSUPPORTED,
                "it does not export wasi:http/incoming-handler@0.2 (it exports: nothing)");
    }

    @Test
    void aComponentOfTheNextWasi() {
        byte[] asks = {0, 'a', 's', 'm', 0x0d, 0, 1, 0, 8, 2, 1, 0x1f}; // for the canonical function waitable-set.new
        refused(app(HTTP, asks), Problem.Code.UNSUPPORTED, "(expected: a component of WASI 0.2, as Spin's SDKs make");
    }

    @Test
    void aCoreModuleBehindTheHttpExecutor() {
        refused(
                app(HTTP, TestModules.answers("x")),
                Problem.Code.UNSUPPORTED,
                "expected: executor = { type = \"wagi\" }");
    }

    @Test
    void aComponentThatIsNoCommandBehindTheExecutorWagi() {
        refused(
                app(HTTP + "executor = { type = \"wagi\" }\n", COMPONENT),
                Problem.Code.UNSUPPORTED,
                "it does not export wasi:cli/run@0.2");
    }

    @Test
    void aCoreModuleBehindATriggerOfEvents() {
        refused(
                app(
                        "[[trigger.cron]]\ncron_expression = \"0 0 * * *\"\ncomponent = \"service\"\n",
                        TestModules.answers("x")),
                Problem.Code.UNSUPPORTED,
                "a core module behind a cron trigger");
    }

    @Test
    void missingVariables() {
        refused(
                app(
                        HTTP + "executor = { type = \"wagi\" }\n[variables]\na = { required = true }\n"
                                + "b = { required = true, secret = true }\ntoken = { required = true }\n",
                        TestModules.answers("x")),
                Problem.Code.INVALID,
                "\"a\" has neither a default nor a value of a provider; \"b\" has");
    }
}
