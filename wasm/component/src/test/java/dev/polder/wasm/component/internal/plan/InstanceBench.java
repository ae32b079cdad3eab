package dev.polder.wasm.component.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.internal.abi.ComponentState;
import dev.polder.wasm.component.internal.abi.ServiceKey;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Decoder;
import dev.polder.wasm.component.internal.binary.Hollow;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What compiling a component and making instances of it cost, with host functions that do nothing: {@code
 * -Dcomponent=FILE -Dengine=wasmtime}.
 */
@EnabledIfSystemProperty(named = "component", matches = ".+")
class InstanceBench {

    private static final InstanceLimits LIMITS = InstanceLimits.DEFAULT.withMemoryBytes(1L << 30);

    private static final HostServices NONE = new HostServices() {
        @Override
        public <T> T service(Class<T> type) {
            throw new AssertionError("nobody offers " + type);
        }
    };

    @Test
    void instances(@TempDir Path cache) throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(System.getProperty("component")));
        EngineChoice choice = EngineChoice.parse(System.getProperty("engine", "wasmtime"));
        List<String> report = new ArrayList<>();
        try (WasmEngine engine = Engines.open(choice, cache).engine()) {
            long start = System.nanoTime();
            ComponentBody body = Decoder.decode(bytes, ComponentLimits.DEFAULT);
            report.add("decoded in " + since(start) + " us");
            start = System.nanoTime();
            Plan first = plan(body, engine);
            report.add("compiled and planned in " + since(start) + " us");
            start = System.nanoTime();
            Plan plan = plan(body, engine);
            report.add("planned in " + since(start) + " us: " + plan.modules().size() + " modules, "
                    + plan.hosts().size() + " host functions, " + plan.steps().size() + " steps, "
                    + first.imports().size() + " imports, " + plan.exports().keySet());
            start = System.nanoTime();
            boolean validated = engine.validateComponent(Hollow.of(bytes).bytes());
            report.add("validated: " + validated + " in " + since(start) + " us");
            Linked linked = link(engine, plan);
            long[] nanos = new long[Integer.getInteger("count", 5_000)];
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < nanos.length; i++) {
                    long before = System.nanoTime();
                    instance(linked);
                    nanos[i] = System.nanoTime() - before;
                }
                Arrays.sort(nanos);
                report.add("instance: " + nanos[nanos.length / 2] / 1_000.0 + " us median, "
                        + nanos[nanos.length / 10] / 1_000.0 + " us for the fastest tenth");
            }
        }
        System.out.println(String.join("\n", report));
        assertThat(report).isNotEmpty();
    }

    private static Plan plan(ComponentBody body, WasmEngine engine) {
        return Planner.plan(body, ComponentLimits.DEFAULT, m -> engine.compile(m.bytes(), m.digest()));
    }

    private static Linked link(WasmEngine engine, Plan plan) {
        HostFunction nothing = call -> {};
        List<HostFunctions.Definition> functions = plan.hosts().stream()
                .map(h -> new HostFunctions.Definition(h.coreType(), nothing))
                .toList();
        return Linked.with(
                engine,
                plan,
                Linked.hostModules(engine, plan),
                new Linked.Resolved(functions, Map.of(), List.of(ServiceKey.ROOT)));
    }

    private static void instance(Linked linked) {
        ComponentState state = linked.state(LIMITS, NONE);
        WasmStore store = linked.instantiate(LIMITS, state);
        state.close();
        store.close();
    }

    private static long since(long start) {
        return (System.nanoTime() - start) / 1_000;
    }
}
