package dev.polder.wasm.engine.internal.endive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A module that would fill the heap is refused, since a heap that is full ends the process. */
class HeapRoomTest {

    private static final long MIB = 1 << 20;

    @Test
    void aLanguagesEngineDoesNotFitIntoTheHeapThatPolderStartsWith() {
        assertThatThrownBy(() -> EndiveEngine.checkHeap(4_283_078, () -> 450 * MIB))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.TOO_LARGE))
                .hasMessageContaining("4283078 instructions take 653 MiB of the heap on Endive, of which 450 are free");
        assertThatCode(() -> EndiveEngine.checkHeap(4_283_078, () -> 900 * MIB)).doesNotThrowAnyException();
    }

    @Test
    void garbageIsCollectedBeforeAModuleIsRefused() {
        AtomicInteger asked = new AtomicInteger();
        assertThatCode(() -> EndiveEngine.checkHeap(1_000_000, () -> asked.getAndIncrement() == 0 ? 0 : 500 * MIB))
                .doesNotThrowAnyException();
    }
}
