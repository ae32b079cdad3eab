package dev.polder.wasm.service;

import com.sun.management.OperatingSystemMXBean;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.engine.EngineChoice;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Measures builds and requests without a network: for each template and engine the size of the module, the time of the
 * first and the second build, of the deployment, and the requests per second of {@link WasmApps#handle} with 16 under
 * way. The processor time of a request is the figure to compare when other work shares the machine.
 *
 * <p>Run from {@code wasm/service} with the test class path: {@code ServiceBench [seconds [language]]}.
 */
final class ServiceBench {

    private static final int UNDER_WAY = 16;
    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private ServiceBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int seconds = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Path folder = Files.createTempDirectory("service-bench");
        Toolchains toolchains = new Toolchains();
        AppBuilder builder = new AppBuilder(
                toolchains,
                folder.resolve("caches"),
                new RemoteSources(BlobStore.in(folder.resolve("blobs")), RemoteSources.Settings.DEFAULT));
        out.println(
                "| language | engine | wasm bytes | first build s | second build s | deploy ms | requests/s | p50 ms |"
                        + " p99 ms | CPU µs a request |");
        out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (Language language : Skeletons.languages()) {
            if (arguments.length > 1 && !arguments[1].equals(language.id())) {
                continue;
            }
            if (!toolchains.of(language).orElseThrow().found()) {
                out.println("| " + language.title() + " | – | "
                        + toolchains.of(language).orElseThrow().missing() + " |");
                continue;
            }
            long began = System.nanoTime();
            builder.build(BuildRequest.of(
                    Skeletons.write(language, folder.resolve(language.id() + "-1"), "Hello"), line -> {}));
            double first = secondsSince(began);
            began = System.nanoTime();
            BuiltApp app = builder.build(BuildRequest.of(
                    Skeletons.write(language, folder.resolve(language.id() + "-2"), "Salut"), line -> {}));
            double second = secondsSince(began);
            for (EngineChoice engine : new EngineChoice[] {EngineChoice.WASMTIME, EngineChoice.ENDIVE}) {
                Path data = folder.resolve(language.id() + "-" + engine);
                try (Harness polder = new Harness(engine, data)) {
                    WorkloadRef workload = Harness.workload("shop");
                    began = System.nanoTime();
                    polder.apps.deploy(workload, app, new DeployInfo("", "", Instant.now()));
                    double deploy = secondsSince(began) * 1000;
                    load(polder, workload, seconds); // warm-up
                    LatencyHistogram.Snapshot before =
                            polder.apps.stats(workload).orElseThrow().latency();
                    long cpu = CPU.getProcessCpuTime();
                    double rate = load(polder, workload, seconds);
                    cpu = CPU.getProcessCpuTime() - cpu;
                    LatencyHistogram.Snapshot latency =
                            polder.apps.stats(workload).orElseThrow().latency().since(before);
                    out.printf(
                            "| %s | %s | %d | %.1f | %.1f | %.0f | %.0f | %.2f | %.2f | %.0f |%n",
                            language.title(),
                            polder.engine.name(),
                            app.components().getFirst().wasm().length,
                            first,
                            second,
                            deploy,
                            rate,
                            latency.quantileMillis(0.5),
                            latency.quantileMillis(0.99),
                            cpu / 1e3 / latency.total());
                }
            }
        }
        delete(folder);
    }

    /** Keeps requests under way for some seconds; returns how many were answered in a second. */
    private static double load(Harness polder, WorkloadRef workload, int seconds) throws InterruptedException {
        Semaphore places = new Semaphore(UNDER_WAY);
        LongAdder answered = new LongAdder();
        LongAdder failed = new LongAdder();
        HttpRequestData request = HttpRequestData.get("shop.example.com", "/some/path?x=1");
        long began = System.nanoTime();
        long end = began + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            places.acquire();
            polder.apps.handle(workload, request).whenComplete((response, failure) -> {
                (failure == null && response.status() == 200 ? answered : failed).increment();
                places.release();
            });
        }
        places.acquire(UNDER_WAY);
        if (failed.sum() > 0) {
            throw new IllegalStateException(failed.sum() + " requests failed");
        }
        return answered.sum() / secondsSince(began);
    }

    private static double secondsSince(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
