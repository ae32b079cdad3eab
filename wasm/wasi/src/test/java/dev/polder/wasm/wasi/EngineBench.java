package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmStore;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures calls and starts on one engine: {@code EngineBench wasmtime|endive CACHE [PROGRAM.wasm …]}. Programs are WASI
 * commands and are run with the argument {@code greet hello}. Best of several runs on one thread, in
 * processor time of that thread; compiling and loading are in wall time.
 */
final class EngineBench {

    private static final PrintStream OUT = new PrintStream(System.out, true);
    private static final int RUNS = 7;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private EngineBench() {}

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        WasmEngine engine =
                Engines.open(EngineChoice.parse(args[0]), Path.of(args[1])).engine();
        try (GuestExecutor guests = new GuestExecutor(1, 1)) {
            guests.submit(() -> {
                        measure(engine, List.of(args).subList(2, args.length), Path.of(args[1]));
                        return null;
                    })
                    .get();
        }
    }

    private static void measure(WasmEngine engine, List<String> programs, Path cache) throws Exception {
        InstanceLimits limits = InstanceLimits.DEFAULT.withoutWallTime();
        CompiledModule calls = Guest.compile(engine, "calls");
        try (WasiState state = new WasiState(WasiConfig.builder("bench").build());
                WasmInstance instance = calls.link(Wasi.functions()).instantiate(limits, state)) {
            WasmFunction start = instance.function("_start").orElseThrow();
            report("host -> guest call", "ns", 1_000_000, 1, start::call);
            WasmFunction yield = instance.function("sched_yield").orElseThrow();
            report("host -> guest -> host call", "ns", 1_000_000, 1, yield::call);
        }
        HostFunctions nothing = HostFunctions.builder()
                .add("host", "nothing", FunctionType.of("i:i"), call -> call.returnI32(call.i32(0)))
                .build();
        try (WasmStore store = engine.newStore(limits, null)) {
            WasmFunction host = store.newFunction(
                    nothing.definitions().values().iterator().next().type(),
                    nothing.definitions().values().iterator().next().function());
            report("host -> host by the engine", "ns", 1_000_000, 1, () -> host.call(1));
        }
        var linked = calls.link(Wasi.functions());
        report("store + instance + call + drop", "us", 20_000, 1_000, () -> {
            try (WasiState state = new WasiState(WasiConfig.builder("bench").build());
                    WasmInstance instance = linked.instantiate(InstanceLimits.DEFAULT, state)) {
                instance.call("_start");
            }
        });
        for (String program : programs) {
            program(engine, Path.of(program), cache);
        }
    }

    private static void program(WasmEngine engine, Path file, Path cache) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        long start = System.nanoTime();
        CompiledModule module = engine.compile(
                bytes,
                Digest.of(bytes),
                (phase, elapsed) -> OUT.printf("%s: %s after %d ms%n", file.getFileName(), phase, elapsed.toMillis()));
        OUT.printf(
                "%s: %d KB ready in %.1f ms%n",
                file.getFileName(), bytes.length >> 10, (System.nanoTime() - start) / 1e6);
        try (WasmEngine again =
                Engines.open(EngineChoice.parse(engine.name()), cache).engine()) {
            long load = System.nanoTime();
            again.compile(bytes, Digest.of(bytes));
            OUT.printf("%s: from the cache in %.1f ms%n", file.getFileName(), (System.nanoTime() - load) / 1e6);
        }
        WasiCommand command = WasiCommand.of(module);
        WasiConfig config =
                WasiConfig.builder("bench").args(List.of("greet", "hello")).build();
        report(file.getFileName() + ": one run", "us", 500, 1_000, () -> command.run(config, InstanceLimits.DEFAULT));
    }

    private static void report(String what, String unit, int count, int divisor, Work work) throws Exception {
        double best = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < count; i++) {
                work.run();
            }
            best = Math.min(best, (double) (THREADS.getCurrentThreadCpuTime() - start) / count / divisor);
        }
        OUT.printf("%s: %.1f %s%n", what, best, unit);
    }
}
