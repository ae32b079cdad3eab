package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of a locked app, field for field as Spin's crate locked-app writes it. */
class LockedAppTest {

    private static final String HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static final String FULL = """
            {
              "spin_lock_version": 1,
              "must_understand": ["host_requirements"],
              "metadata": {"name": "shop", "version": "1.0.0", "triggers": {"http": {"base": "/"}}},
              "host_requirements": {"local_service_chaining": "required"},
              "variables": {
                "password": {"description": "of the database", "secret": true},
                "colour": {"default": "red"}
              },
              "triggers": [
                {
                  "id": "trigger--api",
                  "trigger_type": "http",
                  "trigger_config": {"component": "api", "route": "/api/..."},
                  "trigger_dependencies": {
                    "middleware": [
                      {"source": {"content_type": "application/wasm", "digest": "sha256:HEX"}, "inherit": "All"}
                    ]
                  }
                }
              ],
              "components": [
                {
                  "id": "api",
                  "metadata": {"allowed_outbound_hosts": ["https://bank.example"]},
                  "source": {"content_type": "application/wasm", "digest": "sha256:HEX"},
                  "env": {"LEVEL": "info"},
                  "files": [
                    {"digest": "sha256:HEX", "path": "a/b.txt"},
                    {"inline": "aGVsbG8=", "digest": "sha256:HEX", "path": "c"}
                  ],
                  "config": {"paint": "{{ colour }}"},
                  "dependencies": {
                    "bank:pay/api@1.0.0": {
                      "source": {"content_type": "application/wasm", "digest": "sha256:HEX"},
                      "export": "bank:pay/api",
                      "inherit": {"Some": ["allowed_outbound_hosts"]}
                    }
                  }
                }
              ]
            }
            """.replace("HEX", HEX);

    private static LockedApp read(String json) {
        return LockedApp.read(json.getBytes(StandardCharsets.UTF_8), "spin.lock");
    }

    @Test
    void readsAndWritesEveryField() {
        LockedApp app = read(FULL);
        assertThat(JsonMapper.shared().readTree(app.write()))
                .isEqualTo(JsonMapper.shared().readTree(FULL));
        assertThat(read(new String(app.write(), StandardCharsets.UTF_8))).isEqualTo(app);

        LockedApp.Component api = app.component("api");
        assertThat(api.files().get(1).content().inlineBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hello");
        assertThat(api.dependencies().get("bank:pay/api@1.0.0").inherits()).containsExactly("allowed_outbound_hosts");
        assertThat(app.triggers()
                        .getFirst()
                        .dependencies()
                        .get("middleware")
                        .getFirst()
                        .inherits())
                .isNull();
        assertThat(app.variables().get("password").secret()).isTrue();
    }

    @Test
    void withoutRequirementsItIsVersionZero() {
        LockedApp app = read("{\"spin_lock_version\": 1, \"triggers\": [], \"components\": [], \"later\": 1}");
        assertThat(new String(app.write(), StandardCharsets.UTF_8))
                .isEqualTo("{\"spin_lock_version\":0,\"triggers\":[],\"components\":[]}");
    }

    @Test
    void optionalRequirementsAreNone() {
        LockedApp app = read("{\"spin_lock_version\": 1, \"triggers\": [], \"components\": [],"
                + " \"host_requirements\": {\"local_service_chaining\": \"optional\"}}");
        assertThat(app.hostRequirements().isEmpty()).isTrue();
    }

    @Test
    void namesTheFieldThatIsWrong() {
        assertThatThrownBy(() -> read(FULL.replace("\"env\": {\"LEVEL\": \"info\"}", "\"env\": {\"LEVEL\": 1}")))
                .isInstanceOf(Problem.class)
                .hasMessage("spin.lock (components[0].env.LEVEL): 1 (expected: a string)");
        assertThatThrownBy(() -> read(FULL.replace("aGVsbG8=", "%")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("components[0].files[1].inline");
        assertThatThrownBy(() -> read(FULL.replace("[\"host_requirements\"]", "[\"gravity\"]")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                .hasMessageContaining("gravity");
        assertThatThrownBy(() -> read("{\"spin_lock_version\": 2}"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: 0 or 1");
        assertThatThrownBy(() -> read("[".repeat(100_000)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("not JSON");
        assertThatThrownBy(() -> read("{\"spin_lock_version\": 0, \"spin_lock_version\": 1}"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("uplicate");
    }

    @FuzzTest(maxDuration = "20s")
    void readsOrRefuses(byte[] bytes) {
        readOrRefuse(bytes);
    }

    @Test
    void readsOrRefusesChangedDocuments() {
        Random random = new Random(20_261_125);
        List<String> tokens = List.of("{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e99", "\\u0000", "%");
        int good = 0;
        for (int round = 0; round < 1_000; round++) {
            StringBuilder text = new StringBuilder(FULL);
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int at = random.nextInt(text.length() - 20);
                if (random.nextBoolean()) {
                    text.replace(at, at + random.nextInt(12), tokens.get(random.nextInt(tokens.size())));
                } else {
                    text.setCharAt(at, (char) random.nextInt(' ', 0x7f));
                }
            }
            good += readOrRefuse(text.toString().getBytes(StandardCharsets.UTF_8)) ? 1 : 0;
        }
        assertThat(good).isBetween(10, 990);
    }

    private static boolean readOrRefuse(byte[] bytes) {
        LockedApp app;
        try {
            app = LockedApp.read(bytes, "spin.lock");
        } catch (Problem problem) {
            assertThat(problem.getMessage()).startsWith("spin.lock");
            return false;
        }
        assertThat(LockedApp.read(app.write(), "again")).isEqualTo(app);
        return true;
    }
}
