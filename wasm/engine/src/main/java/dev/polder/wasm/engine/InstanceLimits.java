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
 * @param guestMemory what their memories and tables may take, where they are not in the heap
 * @param refusals told when growing was refused: {@code MEMORY}, {@code TABLE}, {@code GUEST_MEMORY} or {@code HOST_MEMORY}, but
 *     not when the module's own maximum was passed
 */
public record InstanceLimits(
        long memoryBytes,
        int tableElements,
        int memories,
        int tables,
        int instances,
        Optional<Duration> wallTime,
        Optional<Duration> cpuTime,
        HostMemory hostMemory,
        HostMemory guestMemory,
        GuestLimit.Listener refusals) {

    /** 128 MiB, 100,000 table elements, one of each thing, 30 seconds. */
    public static final InstanceLimits DEFAULT = new InstanceLimits(
            128L << 20,
            100_000,
            1,
            10,
            1,
            Optional.of(Duration.ofSeconds(30)),
            Optional.empty(),
            HostMemory.PROCESS,
            HostMemory.GUESTS,
            GuestLimit.Listener.NONE);

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
        return with(bytes, tableElements, wallTime, cpuTime);
    }

    public InstanceLimits withTableElements(int elements) {
        return with(memoryBytes, elements, wallTime, cpuTime);
    }

    public InstanceLimits withWallTime(Duration time) {
        return with(memoryBytes, tableElements, Optional.of(time), cpuTime);
    }

    public InstanceLimits withCpuTime(Duration time) {
        return with(memoryBytes, tableElements, wallTime, Optional.of(time));
    }

    /** No end by time. */
    public InstanceLimits withoutWallTime() {
        return with(memoryBytes, tableElements, Optional.empty(), cpuTime);
    }

    /** No end by processor time. */
    public InstanceLimits withoutCpuTime() {
        return with(memoryBytes, tableElements, wallTime, Optional.empty());
    }

    private InstanceLimits with(long bytes, int elements, Optional<Duration> wall, Optional<Duration> cpu) {
        return new InstanceLimits(
                bytes, elements, memories, tables, instances, wall, cpu, hostMemory, guestMemory, refusals);
    }

    public InstanceLimits withHostMemory(HostMemory memory) {
        return with(memory, guestMemory, refusals);
    }

    public InstanceLimits withGuestMemory(HostMemory memory) {
        return with(hostMemory, memory, refusals);
    }

    public InstanceLimits withRefusals(GuestLimit.Listener listener) {
        return with(hostMemory, guestMemory, listener);
    }

    private InstanceLimits with(HostMemory ofHost, HostMemory ofGuests, GuestLimit.Listener listener) {
        return new InstanceLimits(
                memoryBytes, tableElements, memories, tables, instances, wallTime, cpuTime, ofHost, ofGuests, listener);
    }

    /** Room for several instances that share things, as the modules of a component do. */
    public InstanceLimits withCounts(int memoryCount, int tableCount, int instanceCount) {
        return new InstanceLimits(
                memoryBytes,
                tableElements,
                memoryCount,
                tableCount,
                instanceCount,
                wallTime,
                cpuTime,
                hostMemory,
                guestMemory,
                refusals);
    }
}
