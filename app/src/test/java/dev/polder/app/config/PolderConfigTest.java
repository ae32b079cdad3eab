package dev.polder.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolderConfigTest {

    @TempDir
    Path folder;

    private PolderConfig read(String yaml) throws Exception {
        return read(yaml, Map.of(), Map.of());
    }

    private PolderConfig read(String yaml, Map<String, String> environment, Map<String, ?> flags) throws Exception {
        return PolderConfig.read(Files.writeString(folder.resolve("polder.yaml"), yaml), environment, flags);
    }

    @Test
    void nothingSetIsTheDefault() throws Exception {
        assertThat(PolderConfig.read(null, Map.of(), Map.of())).isEqualTo(PolderConfig.DEFAULT);
        assertThat(read("")).isEqualTo(PolderConfig.DEFAULT);
        assertThat(read("# only a comment\nports:\n")).isEqualTo(PolderConfig.DEFAULT);
        assertThat(PolderConfig.DEFAULT.listen().isLoopbackAddress()).isTrue();
        assertThat(PolderConfig.DEFAULT.ports().portal()).isEqualTo(7007);
        assertThat(PolderConfig.DEFAULT.auth().guests()).isFalse();
    }

    @Test
    void bindsEveryKindOfValue() throws Exception {
        PolderConfig config = read("""
                dataDir: /var/lib/polder
                listen: 0.0.0.0
                hosts: [polder.example]
                ports: {portal: 80}
                catalog:
                  locations: [catalog/*.yaml, https://example.com/all.yaml]
                  rules:
                    - allow: [Component, API]
                store:
                  kind: postgresql
                  url: jdbc:postgresql://db/polder
                  user: polder
                auth:
                  sessionHours: 1
                  tokens:
                    - {name: ci, token: 0123456789abcdef, subject: "user:default/ci"}
                mesh: {trustDomain: acme.example}
                wasm:
                  engine: endive
                  limits: {memoryMiB: 64}
                scaffolder: {allowedHosts: [github.com]}
                """);

        assertThat(config.dataDir()).isEqualTo(Path.of("/var/lib/polder"));
        assertThat(config.listen()).isEqualTo(InetAddress.ofLiteral("0.0.0.0"));
        assertThat(config.ports().portal()).isEqualTo(80);
        assertThat(config.ports().hbone()).isEqualTo(15008);
        assertThat(config.catalog().locations()).containsExactly("catalog/*.yaml", "https://example.com/all.yaml");
        assertThat(config.catalog().rules().getFirst().allow()).containsExactly("Component", "API");
        assertThat(config.store().kind()).isEqualTo(PolderConfig.StoreSettings.Kind.POSTGRESQL);
        assertThat(config.auth().tokens().getFirst().secret().reveal()).isEqualTo("0123456789abcdef");
        assertThat(config.mesh().svidHours()).isEqualTo(24);
        assertThat(config.wasm().engine()).isEqualTo(PolderConfig.Wasm.Engine.ENDIVE);
        assertThat(config.wasm().limits().memoryMiB()).isEqualTo(64);
    }

    @Test
    void everyMistakeIsToldAtOnceWithItsLine() {
        assertThatThrownBy(() -> read("""
                                portz: {}
                                ports:
                                  portal: 70000
                                  gatewayHttp: "8080"
                                  admin: 15020
                                listen: example.com
                                wasm:
                                  engine: wasmtim
                                  limits: many
                                auth:
                                  guests: maybe
                                  tokens:
                                    - {name: ci, token: 0123456789abcdef}
                                    - {name: cd, subject: "user:default/cd"}
                                mesh:
                                  tls: {key: key.pem}
                                """))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .message()
                .contains("mistakes")
                .contains("polder.yaml:1:1 (portz): unknown key \"portz\" (did you mean \"ports\"?)")
                .contains(":3:3 (ports.portal): 70000 (expected: a whole number from 0 to 65535)")
                .contains(":4:3 (ports.gatewayHttp): \"8080\" (expected: a whole number")
                .contains(":2:1 (ports): admin and metrics: 15020 (expected: different ports)")
                .contains(":6:1 (listen): \"example.com\" (expected: localhost or an IP address")
                .contains(
                        ":8:3 (wasm.engine): \"wasmtim\" (expected: auto, wasmtime, endive (did you mean \"wasmtime\"?))")
                .contains(":9:3 (wasm.limits): \"many\" (expected: a mapping)")
                .contains(":11:3 (auth.guests): \"maybe\" (expected: true or false)")
                .contains("(auth.tokens[0].subject): subject: missing")
                .contains("(auth.tokens[1]): token and tokenFile: both or none")
                .contains(":16:3 (mesh.tls): a certificate or a key alone");
    }

    @Test
    void aKeyThatStandsTwiceIsAMistake() {
        assertThatThrownBy(() -> read("listen: 0.0.0.0\nlisten: 127.0.0.1\n"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("polder.yaml:2:1")
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> read("- a\n")).hasMessageContaining("expected: a mapping");
        assertThatThrownBy(() -> read("listen: 0.0.0.0\n---\nlisten: 0.0.0.0\n"))
                .hasMessageContaining("2 documents");
        assertThatThrownBy(() -> PolderConfig.read(folder.resolve("absent.yaml"), Map.of(), Map.of()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.NOT_FOUND));
    }

    @Test
    void environmentOverridesTheFileAndFlagsOverrideBoth() throws Exception {
        PolderConfig config = read(
                "ports: {portal: 1, hbone: 2, xds: 3}\n",
                Map.of(
                        "POLDER_PORTS_HBONE", "20",
                        "POLDER_PORTS_XDS", "30",
                        "POLDER_DATA_DIR", "/data",
                        "POLDER_AUTH_GUESTS", "true",
                        "POLDER_CATALOG_LOCATIONS", "a.yaml, b/*.yaml",
                        "POLDER_WASMTIME", "/usr/lib/libwasmtime.so",
                        "PATH", "/bin"),
                Map.of("ports.xds", 300, "catalog.locations", List.of("c.yaml"), "mesh.svidHours", "2"));

        assertThat(config.ports().portal()).isEqualTo(1);
        assertThat(config.ports().hbone()).isEqualTo(20);
        assertThat(config.ports().xds()).isEqualTo(300);
        assertThat(config.dataDir()).isEqualTo(Path.of("/data"));
        assertThat(config.auth().guests()).isTrue();
        assertThat(config.catalog().locations()).containsExactly("c.yaml");
        assertThat(config.mesh().svidHours()).isEqualTo(2);
    }

    @Test
    void aSlipInTheEnvironmentOrAFlagIsAMistake() {
        assertThatThrownBy(() -> read("", Map.of("POLDER_PORTS_PORTEL", "1"), Map.of()))
                .hasMessageContaining("environment POLDER_PORTS_PORTEL")
                .hasMessageContaining("ports.portal");
        assertThatThrownBy(() -> read("", Map.of("POLDER_PORTS_PORTAL", "x"), Map.of()))
                .hasMessageContaining("environment POLDER_PORTS_PORTAL (ports.portal): \"x\"");
        assertThatThrownBy(() -> read("", Map.of(), Map.of("port.portal", "1")))
                .hasMessageContaining("did you mean \"ports.portal\"");
    }

    @Test
    void shiftingPortsIsStrongerThanSinglePortsOfWeakerSources() throws Exception {
        PolderConfig shifted = read("ports: {portal: 9999}\n", Map.of(), Map.of("portsFrom", 21000));
        assertThat(shifted.ports()).isEqualTo(Ports.from(21000));
        assertThat(shifted).isEqualTo(PolderConfig.DEFAULT.portsFrom(21000));

        PolderConfig both = read("portsFrom: 21000\nports: {portal: 9999}\n");
        assertThat(both.ports().portal()).isEqualTo(9999);
        assertThat(both.ports().socks()).isEqualTo(21012);
    }

    @Test
    void secretsAreNeverPrinted() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "hunter2-hunter2-hunter2\n");
        PolderConfig config = read("""
                store: {kind: postgresql, url: "jdbc:postgresql://db/x", user: me, passwordFile: %s}
                auth: {tokens: [{name: ci, token: hunter3-hunter3-hunter3, subject: "user:default/ci"}]}
                """.formatted(file));

        assertThat(config.store().password().reveal()).isEqualTo("hunter2-hunter2-hunter2");
        assertThat(config.toString() + config.store().password())
                .doesNotContain("hunter")
                .contains("(secret)");
        assertThatThrownBy(() -> new PolderConfig.Token("ci", new Secret("short"), null, "user:default/ci").secret())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("5 characters")
                .message()
                .doesNotContain("short");
    }

    @Test
    void storesElsewhere() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "hunter2\n");
        PolderConfig config = read("""
                wasm:
                  stores:
                    - {name: default, type: redis, address: "rediss://cache:6379/1", passwordFile: %s}
                    - {name: photos, type: s3, address: "https://s3.example.com", bucket: acme, user: key, shared: true}
                """.formatted(file));

        assertThat(config.wasm().stores()).hasSize(2);
        PolderConfig.Wasm.Store redis = config.wasm().stores().getFirst();
        assertThat(redis.type()).isEqualTo(PolderConfig.Wasm.Store.Backend.REDIS);
        assertThat(redis.password().reveal()).isEqualTo("hunter2");
        assertThat(redis.bucket()).isNull();
        assertThat(redis.shared()).isFalse();
        assertThat(config.wasm().stores().getLast().shared()).isTrue();
        assertThat(config.toString()).doesNotContain("hunter");
        assertThatThrownBy(() -> read("wasm: {stores: [{name: x, type: memcached}]}"))
                .hasMessageContaining("embedded, redis, nats, s3");
        assertThatThrownBy(() -> read("wasm: {stores: [{name: x}]}")).hasMessageContaining("type: missing");
    }

    @Test
    void networksAndAuthorities() throws Exception {
        PolderConfig config = read("""
                wasm:
                  outbound: {networks: [10.0.0.0/8], blocked: [10.9.0.0/16]}
                  apps:
                    shop: {outbound: {networks: [private]}}
                  authorities:
                    - {hosts: ["*.corp", 10.0.0.5], caFile: corp.pem}
                """);
        assertThat(config.wasm().outboundOf(new WorkloadRef("default", "blog")).networks())
                .containsExactly("10.0.0.0/8");
        PolderConfig.Wasm.Outbound shop = config.wasm().outboundOf(new WorkloadRef("default", "shop"));
        assertThat(shop.networks()).containsExactly("private");
        assertThat(shop.blocked()).as("what is not written is as for all").containsExactly("10.9.0.0/16");
        assertThat(config.wasm().authorities())
                .containsExactly(new PolderConfig.Wasm.Authority(List.of("*.corp", "10.0.0.5"), Path.of("corp.pem")));
        assertThatThrownBy(() -> read("""
                                wasm:
                                  outbound: {networks: [10.0.0.0/33]}
                                  apps:
                                    shop: {outbound: {blocked: [1.1.1.1, intranet]}}
                                  authorities: [{hosts: [a]}]
                                """))
                .hasMessageContaining("wasm.outbound.networks[0]): \"10.0.0.0/33\": 33 bits (expected: 0 to 32)")
                .hasMessageContaining(
                        "wasm.apps.shop.outbound.blocked[1]): \"intranet\" (expected: an IP address or a network")
                .hasMessageContaining("caFile: missing");
    }

    @Test
    void everyKeyHasANameOfItsOwnInTheEnvironment() {
        assertThat(ConfigReader.keysByFlatName())
                .containsEntry("PORTSPORTAL", "ports.portal")
                .hasSizeGreaterThan(30);
        assertThat(ConfigReader.keysByFlatName().values()).doesNotHaveDuplicates();
    }

    @Test
    void anAppHasTheLimitsOfAllButForWhatItSets() throws Exception {
        PolderConfig config = read("""
                wasm:
                  limits: {memoryMiB: 64, cpuMillis: 500}
                  apps:
                    shop:
                      limits: {cpuMillis: 2000}
                    team-a/shop:
                      limits: {handles: 16}
                """, Map.of(), Map.of());

        PolderConfig.Wasm.Limits shop = config.wasm().limitsOf(new WorkloadRef("default", "shop"));
        assertThat(shop.memoryMiB()).isEqualTo(64);
        assertThat(shop.cpuMillis()).isEqualTo(2000);
        PolderConfig.Wasm.Limits other = config.wasm().limitsOf(new WorkloadRef("team-a", "shop"));
        assertThat(other.cpuMillis()).isEqualTo(500);
        assertThat(other.handles()).isEqualTo(16);
        assertThat(config.wasm().limitsOf(new WorkloadRef("team-b", "shop")))
                .isEqualTo(config.wasm().limits());
        assertThatThrownBy(
                        () -> read("wasm: {apps: {shop: {limits: {cpuMilis: 1}, x: 1}, mute: 7}}", Map.of(), Map.of()))
                .hasMessageContaining("did you mean \"cpuMillis\"?")
                .hasMessageContaining("unknown key \"x\"")
                .hasMessageContaining("7 (expected: a mapping)");
        assertThat(PolderConfig.schema()
                        .at(
                                "/properties/wasm/properties/apps/additionalProperties/properties/limits/properties/sockets/maximum")
                        .asInt())
                .isEqualTo(10_000);
    }
}
