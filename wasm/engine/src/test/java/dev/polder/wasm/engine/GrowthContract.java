package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What guests' memories and tables take is counted, and what they may not have is told by its name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GrowthContract {

    private static final int PAGE = MemoryType.PAGE;
    private static final long ALL = 64 * PAGE;

    /**
     * A memory from one page on without a maximum, a table from nothing to 50 elements, a function to grow each, and a
     * start function that grows the memory by a page.
     */
    private static final byte[] GROWS = new ModuleBytes()
            .section(1, new byte[] {2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 0})
            .section(3, new byte[] {3, 0, 0, 1})
            .section(4, new byte[] {1, 0x70, 1, 0, 50})
            .section(5, new byte[] {1, 0, 1})
            .section(7, new byte[] {3, 1, 'm', 2, 0, 1, 'g', 0, 0, 1, 't', 0, 1})
            .section(8, new byte[] {2})
            .section(10, new byte[] {
                3,
                6,
                0,
                0x20,
                0,
                0x40,
                0,
                0x0b,
                9,
                0,
                (byte) 0xd0,
                0x70,
                0x20,
                0,
                (byte) 0xfc,
                15,
                0,
                0x0b,
                7,
                0,
                0x41,
                1,
                0x40,
                0,
                0x1a,
                0x0b
            })
            .bytes();

    /** A function that grows an imported memory of up to ten pages. */
    private static final byte[] GROWS_ANOTHERS = new ModuleBytes()
            .section(1, new byte[] {1, 0x60, 1, 0x7f, 1, 0x7f})
            .section(2, new byte[] {1, 1, 'x', 1, 'm', 2, 1, 0, 10})
            .section(3, new byte[] {1, 0})
            .section(7, new byte[] {1, 1, 'g', 0, 0})
            .section(10, new byte[] {1, 6, 0, 0x20, 0, 0x40, 0, 0x0b})
            .bytes();

    /** Calls a function of the host. */
    private static final byte[] CALLS = new ModuleBytes()
            .section(1, new byte[] {1, 0x60, 0, 0})
            .section(2, new byte[] {1, 1, 'h', 1, 'f', 0, 0})
            .section(3, new byte[] {1, 0})
            .section(7, new byte[] {1, 1, 'g', 0, 1})
            .section(10, new byte[] {1, 4, 0, 0x10, 0, 0x0b})
            .bytes();

    private final List<GuestLimit> told = new ArrayList<>();
    private WasmEngine engine;
    private HostMemory all;
    private HostMemory app;

    abstract WasmEngine open(Path cache);

    /** Where the engine's memories are counted. */
    abstract HostMemory total(long bytes);

    abstract InstanceLimits in(InstanceLimits limits, HostMemory memory);

    abstract GuestLimit full();

    @BeforeAll
    void openEngine(@TempDir Path cache) {
        engine = open(cache);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @BeforeEach
    void nothingTaken() {
        all = total(ALL);
        app = all.half();
        told.clear();
    }

    private InstanceLimits limits(int pages) {
        return in(InstanceLimits.DEFAULT, app)
                .withMemoryBytes((long) pages * PAGE)
                .withRefusals(told::add);
    }

    private WasmInstance grows(InstanceLimits limits) {
        return Fixtures.compile(engine, GROWS).link(HostFunctions.NONE).instantiate(limits, null);
    }

    @Test
    void countsMemoriesFromTheirStartToTheirEnd() {
        try (WasmInstance instance = grows(limits(100))) {
            assertThat(instance.memory("m").orElseThrow().byteSize()).isEqualTo(2 * PAGE);
            assertThat(app.taken()).isBetween(2L * PAGE, 5L * PAGE);
            assertThat(instance.call("g", 3)).containsExactly(2);
            assertThat(instance.call("g", 0)).containsExactly(5);
            assertThat(app.taken()).isBetween(5L * PAGE, 20L * PAGE);
            assertThat(all.taken()).isEqualTo(app.taken());
        }
        assertThat(all.taken()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void namesTheLimitOfOneInstanceHoweverFarItsMemoryIsBelow() {
        try (WasmInstance instance = grows(limits(16))) {
            assertThat(instance.call("g", 15)).containsExactly(-1);
            assertThat(told).containsExactly(GuestLimit.MEMORY);
            assertThat(instance.call("g", -1)).containsExactly(-1);
            assertThat(instance.memory("m").orElseThrow().grow(15)).isEqualTo(-1);
            assertThat(told).hasSize(3).containsOnly(GuestLimit.MEMORY);
            assertThat(instance.call("g", 14)).containsExactly(2);
        }
    }

    @Test
    void namesTheTotalOfTheAppAndLeavesTheOtherHalf() {
        try (WasmInstance greedy = grows(limits(1_000))) {
            int pages = 2;
            while (greedy.call("g", 1)[0] == pages) {
                pages++;
            }
            assertThat(told).containsOnly(full());
            assertThat(pages).isBetween(8, 32);
            assertThat(app.taken()).isLessThanOrEqualTo(ALL / 2);
            assertThatThrownBy(() -> {
                        List<WasmInstance> more = new ArrayList<>();
                        try {
                            for (int i = 0; i < 64; i++) {
                                more.add(grows(limits(1_000)));
                            }
                        } finally {
                            more.forEach(WasmInstance::close);
                        }
                    })
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE);
                        assertThat(problem.members()).containsEntry(GuestLimit.MEMBER, full().id());
                    });
            told.clear();
            HostMemory neighbours = all.half();
            try (WasmInstance neighbour = grows(in(limits(1_000), neighbours))) {
                assertThat(neighbour.call("g", 4)).containsExactly(2);
                assertThat(told).isEmpty();
            }
            assertThat(neighbours.taken()).isZero();
        }
        assertThat(all.taken()).isZero();
    }

    @Test
    void namesTablesAndSaysNothingOfTheModulesOwnMaximum() {
        try (WasmInstance instance = grows(limits(100).withTableElements(20))) {
            assertThat(instance.call("t", 20)).containsExactly(0);
            assertThat(instance.call("t", 1)).containsExactly(-1);
            assertThat(instance.call("t", Integer.MAX_VALUE)).containsExactly(-1);
            assertThat(told).containsExactly(GuestLimit.TABLE, GuestLimit.TABLE);
        }
        told.clear();
        try (WasmInstance instance = grows(limits(100))) {
            assertThat(instance.call("t", 51)).containsExactly(-1);
            assertThat(instance.call("t", 50)).containsExactly(0);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void countsWhatAnotherModuleGrows() {
        try (WasmStore store = engine.newStore(limits(16).withCounts(1, 1, 2), null)) {
            WasmMemory memory = store.newMemory(new MemoryType(1, OptionalLong.of(10)));
            WasmInstance other = store.instantiate(
                    Fixtures.compile(engine, GROWS_ANOTHERS),
                    Imports.builder().add("x", "m", memory).build());
            assertThat(other.call("g", 8)).containsExactly(1);
            assertThat(memory.byteSize()).isEqualTo(9 * PAGE);
            assertThat(app.taken()).isGreaterThanOrEqualTo(9L * PAGE);
            assertThat(other.call("g", 2)).containsExactly(-1);
            assertThat(told).isEmpty();
            assertThat(other.call("g", 20)).containsExactly(-1);
            assertThat(told).containsExactly(GuestLimit.MEMORY);
        }
        assertThat(all.taken()).isZero();
    }

    @Test
    void countsWhatAHostFunctionBringsUntilItReturns() {
        HostMemory heap = HostMemory.of(10 << 20);
        List<Long> during = new ArrayList<>();
        LinkedModule linked = Fixtures.compile(engine, CALLS)
                .link(HostFunctions.builder()
                        .add("h", "f", FunctionType.of(":"), call -> {
                            for (int i = 0; i < 3; i++) {
                                CallMemory.hold(call.host(Long.class));
                                during.add(heap.taken());
                            }
                        })
                        .build());
        InstanceLimits limits = InstanceLimits.DEFAULT.withHostMemory(heap).withRefusals(told::add);
        try (WasmInstance instance = linked.instantiate(limits, 3L << 20)) {
            instance.call("g");
            assertThat(during).allMatch(taken -> taken >= 3 << 20).hasSize(3);
            assertThat(during.getLast()).isGreaterThanOrEqualTo(9 << 20);
            assertThat(heap.taken()).isLessThan(1 << 20);
            instance.call("g");
            assertThat(told).isEmpty();
        }
        try (WasmInstance instance = linked.instantiate(limits, 4L << 20)) {
            assertThatThrownBy(() -> instance.call("g"))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.members()).containsEntry(GuestLimit.MEMBER, "host-memory"));
            assertThat(told).containsExactly(GuestLimit.HOST_MEMORY);
        }
        assertThat(heap.taken()).isZero();
        CallMemory.hold(Long.MAX_VALUE); // of nobody
    }

    @Test
    void isAtZeroAfterTenThousandInstances() {
        LinkedModule linked = Fixtures.compile(engine, GROWS).link(HostFunctions.NONE);
        for (int i = 0; i < 10_000; i++) {
            try (WasmInstance instance = linked.instantiate(limits(8), null)) {
                assertThat(instance.call("g", 2)[0]).isEqualTo(2);
            }
        }
        assertThat(all.taken()).isZero();
        assertThat(told).isEmpty();
    }
}
