package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * What the guests of one store may use. Growth past a limit fails as the specification has it ({@code memory.grow} gives
 * -1); an initial size past it is refused when the instance is made.
 *
 * @param memoryBytes size of each linear memory
 * @param tableElements size of each table
 * @param memories number of memories in the store
 * @param tables number of tables in the store
 * @param instances number of instances in the store
 * @param wallTime time from the making of the store, or from {@link WasmStore#restartDeadline}, after which a guest that
 *     runs is ended; empty for none, which is for trusted code and tests only
 * @param cpuTime processor time of the guest's thread in the same span; waiting does not count, and neither do the few
 *     milliseconds before the clock first looks; empty for none
 * @param hostMemory what they may make the host hold
 */
public record InstanceLimits(
        long memoryBytes,
        int tableElements,
        int memories,
        int tables,
        int instances,
        Optional<Duration> wallTime,
        Optional<Duration> cpuTime,
        HostMemory hostMemory) {

    /** 128 MiB, 100,000 table elements, one of each thing, 30 seconds. */
    public static final InstanceLimits DEFAULT = new InstanceLimits(
            128L << 20, 100_000, 1, 10, 1, Optional.of(Duration.ofSeconds(30)), Optional.empty(), HostMemory.PROCESS);

    public InstanceLimits {
        if (memoryBytes < 0 || tableElements < 0 || memories < 0 || tables < 0 || instances < 1) {
            throw Problem.invalid("instance limits: " + memoryBytes + " bytes, " + tableElements + " table elements, "
                    + memories + " memories, " + tables + " tables, " + instances
                    + " instances (expected: nothing negative, one instance or more)");
        }
        if (wallTime.isPresent()
                && (wallTime.get().isNegative() || wallTime.get().isZero())) {
            throw Problem.invalid("wall time: " + wallTime.get() + " (expected: more than zero)");
        }
        if (cpuTime.isPresent() && (cpuTime.get().isNegative() || cpuTime.get().isZero())) {
            throw Problem.invalid("processor time: " + cpuTime.get() + " (expected: more than zero)");
        }
    }

    public InstanceLimits withMemoryBytes(long bytes) {
        return new InstanceLimits(bytes, tableElements, memories, tables, instances, wallTime, cpuTime, hostMemory);
    }

    public InstanceLimits withTableElements(int elements) {
        return new InstanceLimits(memoryBytes, elements, memories, tables, instances, wallTime, cpuTime, hostMemory);
    }

    public InstanceLimits withWallTime(Duration time) {
        return new InstanceLimits(
                memoryBytes, tableElements, memories, tables, instances, Optional.of(time), cpuTime, hostMemory);
    }

    public InstanceLimits withCpuTime(Duration time) {
        return new InstanceLimits(
                memoryBytes, tableElements, memories, tables, instances, wallTime, Optional.of(time), hostMemory);
    }

    public InstanceLimits withHostMemory(HostMemory memory) {
        return new InstanceLimits(memoryBytes, tableElements, memories, tables, instances, wallTime, cpuTime, memory);
    }

    /** No end by time. */
    public InstanceLimits withoutWallTime() {
        return new InstanceLimits(
                memoryBytes, tableElements, memories, tables, instances, Optional.empty(), cpuTime, hostMemory);
    }

    /** No end by processor time. */
    public InstanceLimits withoutCpuTime() {
        return new InstanceLimits(
                memoryBytes, tableElements, memories, tables, instances, wallTime, Optional.empty(), hostMemory);
    }

    /** Room for several instances that share things, as the modules of a component do. */
    public InstanceLimits withCounts(int memoryCount, int tableCount, int instanceCount) {
        return new InstanceLimits(
                memoryBytes, tableElements, memoryCount, tableCount, instanceCount, wallTime, cpuTime, hostMemory);
    }
}
