package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WasmcloudWorkloadTest {

    private static final String WORKLOAD = """
            apiVersion: runtime.wasmcloud.dev/v1alpha1
            kind: WorkloadDeployment
            metadata: {name: shop}
            spec:
              replicas: 3
              template:
                spec:
                  hostSelector: {hostgroup: default}
                  components:
                    - name: shop
                      image: registry.example/shop:1
                      poolSize: 4
                      maxInvocations: 100
                      maxConcurrency: 8
                      localResources:
                        environment:
                          configFrom: [{name: one}, {name: two}]
                          secretFrom: [{name: keys}]
                          config: {D: inline}
                        config: {level: debug}
                        allowedHosts: [api.example.com, "*.example.net:8443", "https://x.example", "postgres://db.example/", "*"]
                        memoryLimitMb: 64
                        cpuLimit: 2
                        allowedHostLoopbackPorts: ["5432", "53/udp"]
                  hostInterfaces:
                    - {namespace: wasi, package: http, interfaces: [incoming-handler], version: 0.2.6}
                    - {namespace: wasi, package: keyvalue, interfaces: [store, atomics]}
                    - {namespace: wasi, package: config, interfaces: [store], config: {level: info, name: shop}}
                    - {namespace: wasi, package: blobstore, interfaces: [blobstore], config: {buckets: a}}
                    - {namespace: wasmcloud, package: messaging, interfaces: [handler], config: {subscriptions: a.b}}
            """;

    private static final ConfigSource CONFIG = new ConfigSource() {
        @Override
        public Optional<Map<String, String>> configMap(String namespace, String name) {
            return Optional.ofNullable(Map.of("one", Map.of("A", "1", "B", "1"), "two", Map.of("B", "2", "C", "2"))
                    .get(name));
        }

        @Override
        public Optional<Map<String, String>> secret(String namespace, String name) {
            return name.equals("keys") ? Optional.of(Map.of("C", "{{ secret }}")) : Optional.empty();
        }
    };

    private static Resource resource(String yaml) {
        return ResourceCodec.decode(
                YamlReader.read("w.yaml", yaml.getBytes(StandardCharsets.UTF_8)).getFirst(), "default");
    }

    private static AppManifest parse(String yaml, ConfigSource config) {
        return AppManifest.parse(WasmcloudWorkload.text(resource(yaml)), config, _ -> WorkloadLinks.Shape.NOTHING);
    }

    @Test
    void aLaterLayerWinsAndAllIsGrantedThatIsDeclared() {
        AppManifest manifest = parse(WORKLOAD, CONFIG);

        AppManifest.Given given = manifest.wasmcloud().get("shop");
        assertThat(given.environment()).isEqualTo(Map.of("A", "1", "B", "2", "C", "{{ secret }}", "D", "inline"));
        assertThat(given.config()).isEqualTo(Map.of("level", "debug", "name", "shop"));
        assertThat(given.hostPorts()).containsExactly("tcp://127.255.255.254:5432", "udp://127.255.255.254:53");
        assertThat(given.memoryBytes()).isEqualTo(64L << 20);
        assertThat(given.limits(AppLimits.DEFAULT).memoryBytes()).isEqualTo(64L << 20);
        assertThat(given.limits(AppLimits.DEFAULT.withMemoryBytes(1L << 20)).memoryBytes())
                .as("the operator's limit is the most")
                .isEqualTo(1L << 20);
        assertThat(given.limits(AppLimits.DEFAULT).instanceRequests()).isEqualTo(100);
        assertThat(manifest.toString()).doesNotContain("secret }}");
        SpinManifest.Component component = manifest.spin().components().get("shop");
        assertThat(component.keyValueStores()).containsExactly("*");
        assertThat(component.allowedOutboundHosts())
                .containsExactly(
                        "*://api.example.com:*",
                        "*://*.example.net:8443",
                        "https://x.example",
                        "postgres://db.example:*",
                        "*://*:*");
        assertThat(manifest.spin().notices().toString())
                .contains("spec.replicas: 3")
                .contains("hostSelector")
                .contains("components[0].maxConcurrency")
                .contains("localResources.cpuLimit")
                .doesNotContain("poolSize");
    }

    private static String with(String hostInterfaces) {
        return """
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: WorkloadDeployment
                metadata: {name: echo}
                spec:
                  template:
                    spec:
                      components:
                        - {name: echo, image: "registry.example/echo:1", localResources: {config: {note: hi}}}
                      hostInterfaces:
                """ + hostInterfaces.indent(8);
    }

    @Test
    void messagesWakeAComponentAndBucketsAreThoseNamed() {
        AppManifest manifest = parse(with("""
                - namespace: wasmcloud
                  package: messaging
                  version: "0.2.0"
                  interfaces: [handler]
                  config: {subscriptions: "test.echo, audit.>,a.*.c", max_in_flight: "64"}
                - {namespace: wasi, package: blobstore, version: 0.2.0-draft, interfaces: [blobstore], config: {buckets: "a, b"}}
                """), ConfigSource.NONE);

        SpinManifest spin = manifest.spin();
        assertThat(spin.triggers()).isEmpty();
        assertThat(spin.broker()).isEmpty();
        assertThat(spin.otherTriggers())
                .extracting(trigger -> ((SpinTrigger.Messaging) trigger).subject())
                .containsExactly("test.echo", "audit.>", "a.*.c");
        assertThat(spin.otherTriggers()).extracting(SpinTrigger::id).doesNotHaveDuplicates();
        assertThat(spin.components().get("echo").blobContainers()).containsExactly("a", "b");
        assertThat(spin.components().get("echo").variables()).containsExactly(Map.entry("note", ""));
        assertThat(spin.notices().toString()).contains("config.max_in_flight: without effect");
    }

    @Test
    void theComponentsOwnSubscriptionsGoFirstAndABrokerMayBeElsewhere() {
        String text = with("""
                - namespace: wasi
                  package: messaging
                  interfaces: [incoming-handler, producer]
                  config: {subscriptions: shared, address: "nats://nats.example:4222"}
                """);
        SpinManifest spin = parse(text.replace("note: hi", "subscriptions: own"), ConfigSource.NONE)
                .spin();

        assertThat(spin.broker()).isEqualTo("nats://nats.example:4222");
        SpinTrigger.Messaging trigger =
                (SpinTrigger.Messaging) spin.otherTriggers().getFirst();
        assertThat(trigger.subject()).isEqualTo("own");
        assertThat(trigger.address()).isEqualTo("nats://nats.example:4222");
    }

    /** As wasmCloud's template of an HTTP API with workers has it. */
    private static final String WORKERS = """
            apiVersion: runtime.wasmcloud.dev/v1alpha1
            kind: WorkloadDeployment
            metadata: {name: api}
            spec:
              template:
                spec:
                  hostInterfaces:
                    - {namespace: wasi, package: http, interfaces: [incoming-handler]}
                    - {namespace: wasmcloud, package: messaging, interfaces: [consumer, handler]}
                  components:
                    - {name: leet, image: "r.example/leet:1", localResources: {config: {subscriptions: tasks.leet}}}
                    - {name: api, image: "r.example/api:1"}
                    - {name: reverse, image: "r.example/reverse:1", localResources: {config: {subscriptions: tasks.reverse}}}
            """;

    private static AppManifest workers(Map<String, String> exports) {
        return AppManifest.parse(
                WasmcloudWorkload.text(resource(WORKERS)),
                ConfigSource.NONE,
                id -> new WorkloadLinks.Shape(List.of(), List.of(exports.get(id).split(" "))));
    }

    /** The same workload, whose components import and export what stands at the left and right of {@code >}. */
    private static AppManifest linked(Map<String, String> shapes) {
        return AppManifest.parse(WasmcloudWorkload.text(resource(WORKERS)), ConfigSource.NONE, id -> {
            String[] sides = (" " + shapes.get(id) + " ").split(">", -1);
            return new WorkloadLinks.Shape(
                    List.of(sides[0].strip().split(" ")),
                    List.of(sides[1].strip().split(" ")));
        });
    }

    @Test
    void whatOneImportsAndAnotherExportsIsALink() {
        WorkloadLinks links = linked(Map.of(
                        "api",
                                "wasi:http/types@0.2.2 acme:text/leet acme:text/other > wasi:http/incoming-handler@0.2.2",
                        "leet", "acme:text/reverse acme:text/leet > acme:text/leet",
                        "reverse", "wasi:cli/environment@0.2.0 > acme:text/reverse"))
                .links();

        assertThat(links.exporters())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "api", Map.of("acme:text/leet", "leet"),
                        "leet", Map.of("acme:text/reverse", "reverse")));
        assertThat(links.below("api")).containsExactly("reverse", "leet");
        assertThat(links.below("reverse")).isEmpty();
        assertThat(links.isCalled("api")).isFalse();
    }

    @Test
    void aCircleAndAChoiceAreRefusedByName() {
        assertThatThrownBy(() -> linked(Map.of(
                        "api", "a:b/leet > wasi:http/incoming-handler@0.2.2",
                        "leet", "a:b/reverse > a:b/leet",
                        "reverse", "a:b/leet > a:b/reverse")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(
                        "components[0].image: components call each other in a circle: leet -> reverse ->" + " leet");
        assertThatThrownBy(() -> linked(Map.of(
                        "api", "a:b/c > wasi:http/incoming-handler@0.2.2",
                        "leet", "> a:b/c",
                        "reverse", "> a:b/c")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("components[1].image: it imports a:b/c, which leet and reverse export");
    }

    @Test
    void namedEntriesHaveValuesOfTheirOwn() {
        AppManifest manifest = parse(with("""
                - {namespace: wasi, package: http, interfaces: [incoming-handler], name: web}
                - {namespace: wasi, package: keyvalue, interfaces: [store], name: cache}
                - {namespace: wasi, package: keyvalue, interfaces: [store], name: sessions}
                - {namespace: wasi, package: config, interfaces: [store], config: {level: info, note: theirs}}
                - {namespace: wasi, package: config, interfaces: [store], name: cache, config: {level: debug}}
                """), ConfigSource.NONE);

        AppManifest.Given given = manifest.wasmcloud().get("echo");
        assertThat(given.interfaces()).containsExactly("wasi:http", "wasi:config");
        assertThat(given.config()).isEqualTo(Map.of("level", "info", "note", "hi"));
        assertThat(given.named().keySet()).containsExactlyInAnyOrder("web", "cache", "sessions");
        assertThat(given.named().get("cache"))
                .isEqualTo(Map.of("wasi:keyvalue", Map.of(), "wasi:config", Map.of("level", "debug", "note", "hi")));
    }

    @Test
    void severalEntriesOfOneInterfaceHaveEachTheirBackEnd() {
        String interfaces = """
                - {namespace: wasi, package: blobstore, interfaces: [blobstore], name: photos, config: {buckets: "box, b"}}
                - {namespace: wasi, package: blobstore, interfaces: [blobstore], name: docs}
                - namespace: wasmcloud
                  package: messaging
                  interfaces: [consumer, handler]
                  name: orders
                  config: {subscriptions: "orders.*", address: "nats://one.example:4222"}
                - namespace: wasmcloud
                  package: messaging
                  interfaces: [consumer, handler]
                  config: {subscriptions: "audit.>"}
                """;
        AppManifest manifest = parse(with(interfaces), ConfigSource.NONE);

        AppManifest.Given given = manifest.wasmcloud().get("echo");
        assertThat(given.interfaces()).containsExactly("wasmcloud:messaging");
        assertThat(given.named().get("photos")).isEqualTo(Map.of("wasi:blobstore", Map.of("buckets", "box, b")));
        assertThat(given.named().get("docs")).isEqualTo(Map.of("wasi:blobstore", Map.of()));
        assertThat(given.named().get("orders").get("wasmcloud:messaging"))
                .containsEntry("address", "nats://one.example:4222");
        assertThat(manifest.spin().components().get("echo").blobContainers())
                .containsExactly("photos_box", "photos_b", "docs_*");
        assertThat(manifest.spin().broker()).isEmpty();
        assertThat(manifest.spin().otherTriggers())
                .extracting(trigger ->
                        ((SpinTrigger.Messaging) trigger).address() + " " + ((SpinTrigger.Messaging) trigger).subject())
                .containsExactly("nats://one.example:4222 orders.*", " audit.>");

        assertThatThrownBy(() -> parse(with(interfaces).replace("note: hi", "subscriptions: own"), ConfigSource.NONE))
                .hasMessageContaining("echo.localResources.config.subscriptions: several entries handle messages");
        assertThatThrownBy(() -> parse(with(interfaces.replace("docs", "photos")), ConfigSource.NONE))
                .hasMessageContaining("wasi:blobstore named \"photos\" stands twice");
    }

    @Test
    void artifactsStandForImages() {
        String text = with("- {namespace: wasi, package: http, interfaces: [incoming-handler]}\n")
                .replace("registry.example/echo:1", "artifact://build");
        assertThatThrownBy(() -> WasmcloudWorkload.of(resource(text)))
                .hasMessageContaining("components[0].image: \"artifact://build\" (expected: artifact://NAME");
        WasmcloudWorkload workload = WasmcloudWorkload.of(resource(
                text.replaceFirst("spec:", "spec:\n  artifacts: [{name: build, artifactFrom: {name: echo-1}}]")));
        assertThat(workload.components().getFirst().image().artifact()).isEqualTo("echo-1");
        assertThat(workload.uses("Artifact")).containsExactly("echo-1");

        WasmcloudWorkload.Artifact artifact = WasmcloudWorkload.Artifact.of(resource("""
                apiVersion: runtime.wasmcloud.dev/v1alpha1
                kind: Artifact
                metadata: {name: echo-1}
                spec: {image: "r.example/echo:1", imagePullSecret: {name: key}}
                """));
        assertThat(artifact).isEqualTo(new WasmcloudWorkload.Artifact("r.example/echo:1", "key"));
    }

    @Test
    void whatAWorkloadUsesIsKnownByName() {
        WasmcloudWorkload workload = WasmcloudWorkload.of(resource(WORKLOAD));
        assertThat(workload.uses("ConfigMap")).containsExactly("one", "two");
        assertThat(workload.uses("Secret")).containsExactly("keys");
    }

    @Test
    void severalComponentsHaveThePartsThatTheyExport() {
        SpinManifest spin = workers(Map.of(
                        "api", "wasi:http/incoming-handler@0.2.2",
                        "leet", "other wasmcloud:messaging/handler@0.2.0",
                        "reverse", "wasmcloud:messaging/handler@0.2.0"))
                .spin();

        assertThat(spin.triggers()).extracting(SpinTrigger.Http::component).containsExactly("api");
        assertThat(spin.otherTriggers())
                .extracting(SpinTrigger.Event::component)
                .containsExactly("leet", "reverse");
        assertThat(spin.otherTriggers())
                .extracting(trigger -> ((SpinTrigger.Messaging) trigger).subject())
                .containsExactly("tasks.leet", "tasks.reverse");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wasi:http/incoming-handler@0.2.2 | wasi:http/incoming-handler@0.2.2 | components[1].image: it exports"
                        + " wasi:http/incoming-handler, as leet does",
                "wasmcloud:messaging/handler@0.2.0 | wasmcloud:messaging/handler@0.2.0 | components[1].image: it exports a"
                        + " handler of messages, and has no subjects",
                "wasmcloud:messaging/handler@0.2.0 | acme:text/upper | components[1].image: nothing leads to it",
            })
    void aComponentWithoutAPartIsRefused(String leet, String api, String expected) {
        Map<String, String> exports = Map.of("leet", leet, "api", api, "reverse", "wasmcloud:messaging/handler@0.2.0");

        assertThatThrownBy(() -> workers(exports))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spec.template.spec." + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[handler] | {} | a handler of messages without config.subscriptions",
                "[handler] | {subscriptions: 'a b'} | config.subscriptions of echo: \"a b\"",
                "[handler] | {subscriptions: 'a.>.b'} | config.subscriptions of echo: \"a.>.b\"",
                "[handler] | {subscriptions: a, address: 'redis://x'} | no address of a NATS server",
                "[consumer] | {} | nothing leads to a component",
                "[publisher] | {} | wasmcloud:messaging/publisher is not there",
                "[handler] | {subject: a} | config.subject: unknown for wasmcloud:messaging",
            })
    void whatMessagingCannotBeIsRefused(String interfaces, String config, String expected) {
        String text = with("- {namespace: wasmcloud, package: messaging, interfaces: %s, config: %s}\n"
                .formatted(interfaces, config));

        assertThatThrownBy(() -> WasmcloudWorkload.of(resource(text)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spec.template.spec.hostInterfaces")
                .hasMessageContaining(expected);
    }

    @Test
    void longTextsAreRefusedAndNotRecursedInto() {
        String text = "a.".repeat(30_000) + "a";
        for (String config : List.of(
                "- {namespace: wasi, package: http, interfaces: [incoming-handler], config: {host: %s}}",
                "- {namespace: wasmcloud, package: messaging, interfaces: [handler], config: {subscriptions: %s}}",
                "- {namespace: wasmcloud, package: messaging, interfaces: [handler], config: {address: 'nats://%s'}}",
                "- {namespace: wasi, package: blobstore, interfaces: [blobstore], config: {buckets: %s}}")) {
            assertThatThrownBy(() -> WasmcloudWorkload.of(resource(with(config.formatted(text) + "\n"))))
                    .isInstanceOf(Problem.class)
                    .satisfies(
                            problem -> assertThat(problem.getMessage().length()).isLessThan(2_000));
        }
    }

    @Test
    void whatIsNotThereIsNamedAndNothingElse() {
        assertThatThrownBy(() -> parse(WORKLOAD, ConfigSource.NONE))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(
                        "spec.template.spec.components[0].localResources.environment.configFrom: no ConfigMap default/one")
                .hasMessageContaining("secretFrom: no Secret default/keys");
    }

    @Test
    void damagedResourcesMeetTheTypedErrorOnly() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] words = {
            "[]",
            "{}",
            "null",
            "-1",
            "\"\"",
            "true",
            "[{}]",
            "{a: b}",
            "\"\\u0000\"",
            "1e99",
            "[[[]]]",
            "a.".repeat(20_000) + "a",
            "[" + "a,".repeat(100) + "a]"
        };
        for (int i = 0; i < 2_000; i++) {
            String text = WORKLOAD;
            for (int cut = random.nextInt(3); cut >= 0; cut--) {
                String[] lines = text.split("\n");
                int at = 3 + random.nextInt(lines.length - 3);
                int colon = lines[at].indexOf(": ");
                lines[at] = colon < 0
                        ? lines[at] + " " + words[random.nextInt(words.length)]
                        : lines[at].substring(0, colon + 2) + words[random.nextInt(words.length)];
                text = String.join("\n", lines);
            }
            try {
                parse(text, CONFIG);
            } catch (Problem expected) {
                assertThat(expected.code()).as("seed %s: %s", seed, text).isEqualTo(Problem.Code.INVALID);
            }
        }
    }
}
