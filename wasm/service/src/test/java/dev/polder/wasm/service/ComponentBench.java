package dev.polder.wasm.service;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a request to a component costs without a network: processor time of the process and of the guests' threads, and
 * requests per second with some under way. {@code ComponentBench FILE [rounds [requests [underWay]]]}; run it from {@code
 * wasm/service} with the test class path.
 */
final class ComponentBench {

    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private ComponentBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        byte[] wasm = Files.readAllBytes(Path.of(arguments[0]));
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int requests = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20_000;
        int underWay = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 16;
        Path folder = Files.createTempDirectory("component-bench");
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder)) {
            WorkloadRef workload = Harness.workload("shop");
            polder.apps.deploy(workload, TestModules.served(wasm), new DeployInfo("", "", Instant.now()));
            for (int round = 0; round < rounds; round++) {
                long cpu = CPU.getProcessCpuTime();
                long guests = guestTime();
                long began = System.nanoTime();
                run(polder, workload, requests, underWay);
                double wall = (System.nanoTime() - began) / 1e9;
                System.out.printf(
                        "%8.0f requests/s  %6.1f us of processor a request, %6.1f of them on guest threads%n",
                        requests / wall,
                        (CPU.getProcessCpuTime() - cpu) / 1e3 / requests,
                        (guestTime() - guests) / 1e3 / requests);
            }
        }
        delete(folder);
    }

    private static void run(Harness polder, WorkloadRef workload, int requests, int underWay)
            throws InterruptedException {
        HttpRequestData request = HttpRequestData.get("shop.example.com", "/some/path?x=1");
        Semaphore places = new Semaphore(underWay);
        for (int i = 0; i < requests; i++) {
            places.acquire();
            polder.apps.handle(workload, request).whenComplete((response, failure) -> {
                if (failure != null || response.status() != 200) {
                    System.err.println("failed: " + failure + " " + response);
                    Runtime.getRuntime().halt(1);
                }
                places.release();
            });
        }
        if (!places.tryAcquire(underWay, 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("requests are left without an answer");
        }
    }

    private static long guestTime() {
        long[] ids = THREADS.getAllThreadIds();
        long[] times = THREADS.getThreadCpuTime(ids);
        String[] names = Arrays.stream(THREADS.getThreadInfo(ids))
                .map(info -> info == null ? "" : info.getThreadName())
                .toArray(String[]::new);
        return IntStream.range(0, ids.length)
                .filter(i -> names[i].startsWith("guest-"))
                .mapToLong(i -> Math.max(0, times[i]))
                .sum();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
