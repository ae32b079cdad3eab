package dev.polder.wasm.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuestRunTest {

    private static final Duration BRIEF = Duration.ofMillis(2);

    private static GuestRun run(Duration wall, Duration cpu) {
        return new GuestRun(InstanceLimits.DEFAULT.withWallTime(wall).withCpuTime(cpu)) {};
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void namesTheProcessorTimeThatIsUsedUpWhileThereIsTimeLeft() {
        GuestRun run = run(Duration.ofHours(1), BRIEF);

        while (!run.isOver()) {
            run.charge(Thread.currentThread(), System.nanoTime());
        }

        assertThat(run.reason()).isEqualTo(TrapCode.CPU_TIME);
        assertThat(run.remaining()).isZero();
    }

    @Test
    void theDeadlineStaysTheReasonIfTheClockLooksLate() {
        GuestRun run = run(BRIEF, BRIEF);
        run.charge(Thread.currentThread(), System.nanoTime());

        long from = cpuNanos();
        while (cpuNanos() - from < BRIEF.toNanos()) {
            Thread.onSpinWait();
        }
        run.charge(Thread.currentThread(), System.nanoTime());

        assertThat(run.reason()).isEqualTo(TrapCode.DEADLINE);
    }
}
