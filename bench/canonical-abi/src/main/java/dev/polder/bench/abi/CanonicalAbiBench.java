package dev.polder.bench.abi;

import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Java values into a component and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx1g"})
public class CanonicalAbiBench {

    /** By Polder on Wasmtime or Endive, or by Wasmtime's component API. */
    @Param({"polder", "wasmtime", "endive"})
    public String by = "";

    private final int[] numbers = {40, 2};
    private final String text =
            "The quick brown fox jumps over the lazy dog. ".repeat(23).substring(0, 1024);
    private final List<Echo.Item> records = IntStream.range(0, 100)
            .mapToObj(i -> new Echo.Item(i, 1L << 40 | i, "item-" + i))
            .toList();
    private final byte[] bytes = new byte[1 << 20];
    private Echo echo = new Unopened();

    /** Opens the guest, and checks that it gives back what it gets. */
    @Setup
    public void open() throws Throwable {
        new Random(1).nextBytes(bytes);
        Path cache = Files.createTempDirectory("polder-bench-abi");
        echo = switch (by) {
            case "wasmtime" -> new Peer(Arena.global());
            case "endive" -> Own.open(Engines.open(EngineChoice.ENDIVE, cache).engine());
            default -> Own.open(Engines.open(EngineChoice.WASMTIME, cache).engine());
        };
        boolean same = echo.add(40, 2) == 42
                && echo.text(text).equals(text)
                && echo.records(records).equals(records)
                && java.util.Arrays.equals(echo.bytes(bytes), bytes);
        if (!same) {
            throw new IllegalStateException("the guest gives back something else");
        }
    }

    @Benchmark
    public int twoInts() {
        return echo.add(numbers[0], numbers[1]);
    }

    @Benchmark
    public String text1KiB() {
        return echo.text(text);
    }

    @Benchmark
    public List<Echo.Item> records100() {
        return echo.records(records);
    }

    @Benchmark
    public byte[] bytes1MiB() {
        return echo.bytes(bytes);
    }

    private static final class Unopened implements Echo {
        @Override
        public int add(int a, int b) {
            throw new IllegalStateException();
        }

        @Override
        public String text(String value) {
            throw new IllegalStateException();
        }

        @Override
        public List<Item> records(List<Item> items) {
            throw new IllegalStateException();
        }

        @Override
        public byte[] bytes(byte[] value) {
            throw new IllegalStateException();
        }
    }
}
