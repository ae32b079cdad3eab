package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.mesh.proxy.TrafficStats;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.DeployInfo;
import dev.polder.wasm.service.HttpRequestData;
import dev.polder.wasm.service.Language;
import dev.polder.wasm.service.SpinManifest;
import dev.polder.wasm.service.WasmApps;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The JSON of a real app on the portable engine. */
class AppDetailsTest {

    /** A command that does nothing: a memory and {@code _start}. */
    private static final byte[] NOTHING = HexFormat.of()
            .parseHex("0061736d01000000" + "010401600000" + "03020100" + "0503010001" + "0713" + "02066d656d6f72790200"
                    + "065f73746172740000" + "0a040102000b");

    private static final String MANIFEST = """
            spin_manifest_version = 2

            [application]
            name = "shop"

            [variables]
            token = { default = "s3cret", secret = true }

            [[trigger.http]]
            route = "/run/:id"
            component = "one"
            executor = { type = "wagi" }

            [[trigger.http]]
            route = { private = true }
            component = "one"
            executor = { type = "wagi" }

            [component.one]
            source = "one.wasm"
            key_value_stores = ["default"]
            """;

    @TempDir
    Path folder;

    @Test
    void anAppIsShownFromTheInside() {
        WorkloadRef workload = new WorkloadRef("default", "shop");
        try (WasmEngine engine = Engines.open(EngineChoice.ENDIVE, folder.resolve("cache"))
                        .engine();
                GuestExecutor executor = new GuestExecutor(2, 16);
                Store store = Store.open(folder.resolve("data"));
                WasmApps apps = new WasmApps(
                        engine,
                        executor,
                        store.resources(),
                        store.blobs(),
                        folder.resolve("files"),
                        folder.resolve("apps"),
                        WasmApps.Settings.defaults(),
                        Clock.systemUTC())) {
            AppDetails details = new AppDetails(apps, new NoTraffic());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            WasmMetrics metrics = WasmMetrics.bind(apps, registry);
            apps.deploy(
                    workload,
                    new BuiltApp(
                            SpinManifest.parse("spin.toml", MANIFEST),
                            MANIFEST,
                            List.of(BuiltApp.Component.of("one", NOTHING)),
                            Language.OTHER,
                            folder),
                    new DeployInfo(
                            "0123456", "user:default/ada", Clock.systemUTC().instant()));

            assertThat(details.figures(apps.state(workload).orElseThrow())
                            .path("p99Ms")
                            .isNull())
                    .isTrue();
            // It prints nothing, which is no answer of a CGI program.
            assertThat(apps.handle(workload, HttpRequestData.get("shop.localhost", "/run/1")))
                    .failsWithin(Duration.ofSeconds(30));
            Awaitility.await()
                    .until(() -> apps.componentStats(workload).containsKey("one")
                            && apps.componentStats(workload).get("one").failures() == 1);
            JsonNode json = details.whole(apps.state(workload).orElseThrow());

            JsonNode component = json.at("/components/0");
            assertThat(component.path("form").asString()).isEqualTo("module");
            assertThat(component.path("bytes").asInt()).isEqualTo(NOTHING.length);
            assertThat(component.at("/unused/0").toString())
                    .isEqualTo("{\"key\":\"key_value_stores\",\"values\":[\"default\"]}");
            assertThat(component.at("/figures/requests").asInt()).isEqualTo(1);
            assertThat(component.at("/figures/failures").asInt()).isEqualTo(1);
            assertThat(component.at("/figures/latency/buckets/0").size()).isEqualTo(3);
            assertThat(json.at("/triggers/0/source").asString()).isEqualTo("/run/:id");
            assertThat(json.at("/triggers/1/source").isNull()).isTrue();
            assertThat(json.at("/storage/0").toString())
                    .isEqualTo("{\"kind\":\"key-value\",\"label\":\"default\",\"keys\":0,\"bytes\":0}");
            assertThat(json.at("/requests/failures").asInt()).isEqualTo(1);
            assertThat(json.at("/limits/memoryBytes").asLong()).isEqualTo(128L << 20);
            assertThat(json.toString()).doesNotContain("s3cret");
            assertThat(json.at("/activity").asString()).isEqualTo("running");
            assertThat(json.at("/instances/made").asInt()).isEqualTo(1);
            assertThat(json.at("/instances/reused").asInt()).isZero();
            assertThat(json.at("/instances/live").asInt()).isZero();
            assertThat(registry.get("polder.wasm.instances.made")
                            .tag("app", "default/shop")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("polder.wasm.instances").gauge().value()).isZero();
            assertThat(registry.get("polder.wasm.idle").gauge().value()).isZero();
            apps.stop(workload);
            JsonNode stopped = details.whole(apps.state(workload).orElseThrow());
            assertThat(stopped.path("components").size()).isZero();
            assertThat(stopped.path("state").asString()).isEqualTo("stopped");
            assertThat(stopped.path("activity").isNull()).isTrue();
            apps.undeploy(workload);
            assertThat(registry.getMeters())
                    .extracting(meter -> meter.getId().getName())
                    .containsExactlyInAnyOrder(
                            "polder.wasm.guest.memory.bytes", "polder.wasm.guest.memory.limit.bytes");
            metrics.close();
        }
    }

    @Test
    void anInterfaceBelongsToAPackage() {
        assertThat(AppDetails.packageOf("wasi:http/types@0.2.3")).isEqualTo("wasi:http@0.2.3");
        assertThat(AppDetails.packageOf("fermyon:spin/key-value")).isEqualTo("fermyon:spin");
        assertThat(AppDetails.packageOf("wasi_snapshot_preview1")).isEqualTo("wasi_snapshot_preview1");
    }

    private static final class NoTraffic implements TrafficStats {
        @Override
        public Set<WorkloadRef> workloads() {
            return Set.of();
        }

        @Override
        public Optional<Series> series(WorkloadRef workload, int seconds, int stepSeconds) {
            return Optional.empty();
        }

        @Override
        public Optional<Summary> summary(WorkloadRef workload, int seconds) {
            return Optional.empty();
        }

        @Override
        public long total(WorkloadRef workload) {
            return 0;
        }
    }
}
