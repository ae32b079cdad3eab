package dev.polder.wasm.service;

import com.sun.management.OperatingSystemMXBean;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.engine.EngineChoice;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Measures what idle apps cost: deploys many, each of code of its own, waits until they let go of it, and then asks each
 * once, some times over. On a machine that does other things, too, the processor time is the figure to look at. {@code DensityBench [APPS [COMPONENT.wasm]]}, by {@code bench/density}; the component is that of the Rust template
 * when none is given, the engine Wasmtime or what {@code ENGINE} says.
 */
final class DensityBench {

    private static final EngineChoice ENGINE =
            EngineChoice.parse(System.getenv().getOrDefault("ENGINE", "wasmtime"));

    /** How often all fall idle and are asked again: what a Polder that just started does, and one that runs for a while. */
    private static final int ROUNDS = 4;

    private static final Duration IDLE = Duration.ofSeconds(5);

    /** What Polder keeps where nothing else is said. */
    private static final long IDLE_CODE = 128L << 20;

    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private DensityBench() {}

    public static void main(String[] arguments) throws IOException {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Path folder = Files.createTempDirectory("density-bench");
        byte[] wasm = arguments.length > 1 ? Files.readAllBytes(Path.of(arguments[1])) : rust(folder);
        try (Harness polder = new Harness(ENGINE, folder, IDLE, IDLE_CODE)) {
            out.printf("component of %d bytes, engine %s%n", wasm.length, polder.engine.name());
            out.printf("resident before: %d MiB%n", residentMiB());
            long began = System.nanoTime();
            for (int i = 0; i < count; i++) {
                polder.apps.deploy(
                        Harness.workload("app-" + i), TestModules.served(marked(wasm, i)), Harness.info("1"));
            }
            out.printf(
                    "%d apps deployed in %.1f s, resident: %d MiB%n",
                    count, (System.nanoTime() - began) / 1e9, residentMiB());
            awaitIdle(polder);
            LockSupport.parkNanos(2_000_000_000); // the collector, and what it frees
            out.printf("all idle, resident: %d MiB, of the heap %d MiB%n", residentMiB(), heapMiB());
            for (int round = 1; round <= ROUNDS; round++) {
                awaitIdle(polder);
                String name = round == 1 ? "first request after idle, compiler cold" : "the same, round " + round;
                ask(polder, count, name, out);
                if (round == ROUNDS) {
                    ask(polder, count, "the one after it", out);
                }
            }
            out.printf("all used again, resident: %d MiB%n", residentMiB());
        }
        delete(folder);
    }

    private static void awaitIdle(Harness polder) {
        while (polder.apps.states().stream().anyMatch(state -> !state.idle())) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    /** Asks each app once. */
    private static void ask(Harness polder, int count, String what, PrintStream out) {
        List<Double> millis = new ArrayList<>();
        long start = CPU.getProcessCpuTime();
        for (int i = 0; i < count; i++) {
            millis.add(millis(polder, "app-" + i));
        }
        out.printf("%s: %s, CPU %.2f ms%n", what, spread(millis), (CPU.getProcessCpuTime() - start) / 1e6 / count);
    }

    private static byte[] rust(Path folder) {
        Skeletons.Template template = new Skeletons.Template("rust-component-service", Language.RUST);
        Path source = Skeletons.write(template, folder.resolve("source"), "Hello");
        AppBuilder builder = new AppBuilder(
                new Toolchains(),
                folder.resolve("caches"),
                new RemoteSources(BlobStore.in(folder.resolve("blobs")), RemoteSources.Settings.DEFAULT));
        return builder.build(BuildRequest.of(source, line -> {}))
                .components()
                .getFirst()
                .wasm();
    }

    private static double millis(Harness polder, String name) {
        long began = System.nanoTime();
        HttpResponseData answer = polder.get(name, "/");
        if (answer.status() != 200) {
            throw new IllegalStateException(name + " answered with " + answer.status());
        }
        return (System.nanoTime() - began) / 1e6;
    }

    private static String spread(List<Double> millis) {
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return String.format(
                "p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms",
                sorted[sorted.length / 2],
                sorted[sorted.length * 95 / 100],
                sorted[sorted.length * 99 / 100],
                sorted[sorted.length - 1]);
    }

    /** The component with a custom section in its largest core module: no two share its code then. */
    static byte[] marked(byte[] component, int number) {
        int largest = Component.coreModules(component).stream()
                .mapToInt(module -> module.length)
                .max()
                .orElse(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(component, 0, 8);
        byte[] mark = ("mark" + number).getBytes(StandardCharsets.US_ASCII);
        for (int at = 8; at < component.length; ) {
            int id = component[at++];
            int size = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = component[at++];
                size |= (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            out.write(id);
            byte[] content = Arrays.copyOfRange(component, at, at + size);
            if (id == 1 && size == largest) {
                number(out, size + 3 + mark.length);
                out.writeBytes(content);
                out.write(0);
                out.write(mark.length + 1);
                out.write(mark.length);
                out.writeBytes(mark);
            } else {
                number(out, size);
                out.writeBytes(content);
            }
            at += size;
        }
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static long residentMiB() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096 / (1 << 20);
    }

    private static long heapMiB() {
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
