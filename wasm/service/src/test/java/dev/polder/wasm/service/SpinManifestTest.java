package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpinManifestTest {

    private static final String GOOD = """
            spin_manifest_version = 2

            [application]
            name = "shop"
            version = "0.1.0"
            description = "Sells things"
            authors = ["Ada <ada@example.com>"]

            [variables]
            greeting = { default = "hello" }

            [[trigger.http]]
            route = "/shop/:id/..."
            component = "shop"
            executor = { type = "wagi", argv = "shop ${ARGS}", entrypoint = "_start" }

            [[trigger.http]]
            route = { private = true }
            component = "shop"
            executor = { type = "wagi" }

            [component.shop]
            source = "build/shop.wasm"
            environment = { GREETING = "hello", MODE = "small" }
            files = ["static/**/*", { source = "data", destination = "/data" }]
            allowed_outbound_hosts = ["https://*.example.com:443", "*://db:5432"]
            [component.shop.build]
            command = "make wasm"
            workdir = "src"
            watch = ["src/**/*.c"]
            """;

    @Test
    void readsEverythingItKnows() {
        SpinManifest manifest = SpinManifest.parse("spin.toml", GOOD);

        assertThat(manifest.name()).isEqualTo("shop");
        assertThat(manifest.triggers()).hasSize(2);
        assertThat(manifest.triggers().getFirst().route()).isEqualTo("/shop/:id/...");
        assertThat(manifest.triggers().getFirst().answer())
                .isEqualTo(new SpinTrigger.Run("shop", new SpinTrigger.Wagi("shop ${ARGS}")));
        assertThat(manifest.triggers().getLast().route()).isNull();
        assertThat(manifest.triggers().getLast().answer())
                .isEqualTo(new SpinTrigger.Run("shop", SpinTrigger.Wagi.DEFAULT));
        SpinManifest.Component shop = manifest.components().get("shop");
        assertThat(shop.source()).isEqualTo(new SpinManifest.Source.Local("build/shop.wasm"));
        assertThat(shop.environment()).containsEntry("GREETING", "hello").containsEntry("MODE", "small");
        assertThat(shop.files()).extracting(SpinManifest.FileMount::destination).containsExactly(null, "/data");
        assertThat(shop.build().commands()).containsExactly("make wasm");
        assertThat(manifest.variables().get("greeting").defaultValue()).isEqualTo("hello");
        assertThat(manifest.notices()).isEmpty();
    }

    @Test
    void reportsAllMistakesAtOnceWithTheirLines() {
        String text = """
                spin_manifest_version = 2
                colour = "green"
                [application]
                nam = "shop"
                [[trigger.http]]
                route = "shop*"
                component = "shop"
                executor = { type = "cgi" }
                [[trigger.redis]]
                chanel = "c"
                component = "shop"
                [[trigger.sqs]]
                component = "shop"
                [component.stock]
                source = "../stock.wasm"
                key_value_stores = ["no such!"]
                allowed_outbound_hosts = ["example.com"]
                variables = { url = "{{ nowhere }}" }
                """;

        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", text))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spin.toml:2:1 (colour): unknown key \"colour\" (expected one of: spin_man")
                .hasMessageContaining("(application.name): name is missing")
                .hasMessageContaining("spin.toml:4:1 (application.nam): unknown key \"nam\", perhaps \"name\" (exp")
                .hasMessageContaining(
                        "spin.toml:6:1 (trigger.http[0].route): \"shop*\" (expected: a wildcard only at the end")
                .hasMessageContaining("\"shop\" is not a component (expected one of: stock)")
                .hasMessageContaining("spin.toml:8")
                .hasMessageContaining("\"cgi\" (expected: \"http\" or \"wagi\")")
                .hasMessageContaining("(trigger.redis[0].chanel): unknown key \"chanel\", perhaps \"channel\"")
                .hasMessageContaining("(trigger.redis[0].address): address is missing")
                .hasMessageContaining("(trigger.sqs): unknown key \"sqs\"")
                .hasMessageContaining("spin.toml:15:1 (component.stock.source)")
                .hasMessageContaining("\"no such!\" (expected: words joined by - or _)")
                .hasMessageContaining("{{ nowhere }} is not declared")
                .hasMessageContaining("\"example.com\" (expected: scheme://host[:port]");
    }

    @Test
    void whatSpinStillTakesIsTaken() {
        SpinManifest manifest = SpinManifest.parse("spin.toml", """
                spin_manifest_version = 2
                [application]
                name = "old"
                [[trigger.http]]
                route = "hello/..."
                component = "a"
                [[trigger.http]]
                route = "all"
                component = "b"
                [component.a]
                source = "a.wasm"
                allowed_outbound_hosts = ["redis://cache"]
                allowed_http_hosts = ["example.com", "http://other.example:8080/", "self"]
                [component.b]
                source = "b.wasm"
                allowed_http_hosts = ["insecure:allow-all"]
                """);
        assertThat(manifest.triggers()).extracting(SpinTrigger.Http::route).containsExactly("/hello/...", "/all");
        assertThat(manifest.components().get("a").allowedOutboundHosts())
                .containsExactly(
                        "redis://cache",
                        "http://example.com",
                        "https://example.com",
                        "http://other.example:8080",
                        "https://other.example:8080",
                        "http://self");
        assertThat(manifest.components().get("b").allowedOutboundHosts())
                .containsExactly("http://*:*", "https://*:*", "http://self");
        assertThat(manifest.notices().toString())
                .contains("(component.b.allowed_http_hosts): deprecated; allowed_outbound_hosts = [\"http://*:*\",");
    }

    @Test
    void aSingleMistakeCarriesItsPlace() {
        String text = GOOD.replace("name = \"shop\"", "name = 7");

        assertThatThrownBy(() -> SpinManifest.parse("a/spin.toml", text)).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.where()).hasValueSatisfying(where -> {
                assertThat(where.line()).isEqualTo(4);
                assertThat(where.field()).isEqualTo("application.name");
            });
            assertThat(p.detail()).isEqualTo("7 (expected: a string)");
        });
    }

    @Test
    void refusesWhatIsNotTomlOrNotVersionTwo() {
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "spin_manifest_version = "))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("spin.toml:1");
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "spin_version = \"1\"\nname = \"x\"\n"))
                .hasMessageContaining(
                        "spin.toml:1:1 (spin_version): a manifest of version 1 (expected: spin_manifest_v");
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "spin_manifest_version = \"1\"\nname = \"x\"\n"))
                .hasMessageContaining("spin.toml:1:1 (spin_manifest_version): a manifest of version 1 (expected:");
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "spin_manifest_version = 3\n"))
                .hasMessageContaining("spin_manifest_version: 3 (expected: 2)");
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "[application]\nname = \"x\"\n"))
                .hasMessageContaining("spin_manifest_version: missing (expected: 2)");
    }

    @Test
    void theDefaultBaseOfRoutesIsNoMistake() {
        String text = GOOD.replace("[variables]", "[application.trigger.http]\nbase = \"/\"\n[variables]");

        assertThat(SpinManifest.parse("spin.toml", text).triggers()).hasSize(2);
    }

    @Test
    void refusesTheSameRouteTwiceUnderOtherNames() {
        String twice = GOOD.replace("route = { private = true }", "route = \"/shop/:name/*\"");

        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", twice))
                .hasMessageContaining("is also the route at line 13");
    }

    @Test
    void noExecutorMeansComponents() {
        String none = GOOD.replace("executor = { type = \"wagi\" }\n", "");

        assertThat(SpinManifest.parse("spin.toml", none).triggers().getLast().answer())
                .isEqualTo(new SpinTrigger.Run("shop", new SpinTrigger.Components()));
    }

    @Test
    void boundsStopWhatWouldOverwhelmTheParser() {
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "a = " + "[".repeat(100_000)))
                .hasMessageContaining("nested deeper than 16");
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "#".repeat(300_000)))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.TOO_LARGE));
        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", "a" + ".a".repeat(5_000) + " = 1"))
                .hasMessageContaining("a key of more than 32 parts");
    }

    /** Whatever the bytes, the answer is a manifest or a Problem, and soon. */
    @Test
    void survivesMutatedManifests() {
        long seed = Long.getLong("polder.seed", 20261122L);
        Random random = new Random(seed);
        String alphabet = "[]{}=\"'.,#\n\\ :/*-_0a\u0000\u00e9";
        for (int round = 0; round < 1500; round++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(30)));
                    default -> {
                        int from = random.nextInt(text.length());
                        text.insert(at, text.substring(from, Math.min(text.length(), from + random.nextInt(60))));
                    }
                }
                if (text.isEmpty()) {
                    text.append(' ');
                }
            }
            try {
                assertThat(SpinManifest.parse("spin.toml", text.toString()).components())
                        .isNotNull();
            } catch (Problem expected) {
                assertThat(expected.getMessage()).contains("spin.toml");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + " round " + round + ":\n" + text, e);
            }
        }
    }
}
