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

    /** Of the core module that componentize-js 0.23 makes. */
    private static final long JAVASCRIPT = 4_283_078;

    private final AtomicInteger collections = new AtomicInteger();

    private void check(long heap, long free, long freeOfGarbage) {
        EndiveEngine.checkHeap(
                JAVASCRIPT,
                heap * MIB,
                () -> (collections.get() == 0 ? free : freeOfGarbage) * MIB,
                collections::incrementAndGet);
    }

    private static Problem.Code code(Throwable thrown) {
        return ((Problem) thrown).code();
    }

    @Test
    void whatIsLargerThanTheHeapIsTooLarge() {
        assertThatThrownBy(() -> check(495, 450, 450))
                .extracting(HeapRoomTest::code)
                .isEqualTo(Problem.Code.TOO_LARGE);
        assertThatThrownBy(() -> check(495, 450, 450))
                .hasMessageContaining("4283078 instructions take 653 MiB of the heap on Endive, which has 495");
        assertThat(collections).hasValue(0);
    }

    @Test
    void whatDoesNotFitBesideOthersIsUnavailable() {
        assertThatThrownBy(() -> check(1000, 300, 600))
                .hasMessageContaining("of which 600 are free")
                .extracting(HeapRoomTest::code)
                .isEqualTo(Problem.Code.UNAVAILABLE);
    }

    @Test
    void garbageIsCollectedBeforeAModuleIsRefused() {
        assertThatCode(() -> check(1000, 300, 900)).doesNotThrowAnyException();
        assertThat(collections).hasValue(1);
        assertThatCode(() -> check(1000, 900, 900)).doesNotThrowAnyException();
        assertThat(collections).hasValue(1);
    }
}
