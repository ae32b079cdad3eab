package dev.polder.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.BodyBuffers.Run;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BodyBuffersTest {

    private static ByteBuffer take() {
        return Objects.requireNonNull(BodyBuffers.take());
    }

    @Test
    void givesOutWhatCameBackAsIfItWereNew() {
        ByteBuffer first = take();
        first.order(ByteOrder.LITTLE_ENDIAN).position(5).limit(9);
        BodyBuffers.giveBack(first);
        ByteBuffer second = take();
        assertThat(second).isSameAs(first);
        assertThat(second.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(second.position()).isZero();
        assertThat(second.remaining()).isEqualTo(BodyBuffers.SIZE);
        BodyBuffers.giveBack(second);
    }

    @Test
    void refusesASecondReturn() {
        ByteBuffer buffer = take();
        BodyBuffers.giveBack(buffer);
        assertThatThrownBy(() -> BodyBuffers.giveBack(buffer)).hasMessageContaining("twice");
    }

    @Test
    void givesBuffersThatLieSideBySideEachWithAnOwnerOfItsOwn() {
        Run run = Objects.requireNonNull(BodyBuffers.take(3));
        assertThat(run.parts()).hasSize(3);
        assertThat(run.memory().remaining()).isEqualTo(3 * BodyBuffers.SIZE);
        for (int i = 0; i < run.memory().remaining(); i += 1000) {
            run.memory().put(i, (byte) (i / BodyBuffers.SIZE + 1));
        }
        for (int i = 0; i < 3; i++) {
            ByteBuffer part = run.parts().get(i);
            assertThat(part.remaining()).isEqualTo(BodyBuffers.SIZE);
            int first = (i * BodyBuffers.SIZE + 999) / 1000 * 1000 - i * BodyBuffers.SIZE;
            assertThat(part.get(first)).isEqualTo((byte) (i + 1));
        }
        ByteBuffer middle = run.parts().get(1);
        BodyBuffers.giveBack(middle);
        ByteBuffer next = take();
        assertThat(next).as("the neighbours are still out").isSameAs(middle);
        BodyBuffers.giveBack(next);
        BodyBuffers.giveBack(run.parts().getFirst());
        BodyBuffers.giveBack(run.parts().getLast());
    }

    /** Views keep the memory alive and not the buffer: what they show must not be given to others. */
    @Test
    @Timeout(60)
    void givesNothingOutAgainOfWhatWasLostWhileAViewIsLeft() {
        ByteBuffer view = take().slice(0, 10).put(0, (byte) 42);
        for (int i = 0; i < 5; i++) {
            System.gc();
            List<ByteBuffer> all = new ArrayList<>();
            for (ByteBuffer next = BodyBuffers.take(); next != null && all.size() < 100; next = BodyBuffers.take()) {
                all.add(next.put(0, (byte) 1));
            }
            all.forEach(BodyBuffers::giveBack);
        }
        assertThat(view.get(0)).isEqualTo((byte) 42);
    }

    @Test
    void leavesOthersAlone() {
        ByteBuffer own = take();
        List<ByteBuffer> others = List.of(
                ByteBuffer.allocate(BodyBuffers.SIZE),
                ByteBuffer.allocateDirect(10),
                own.slice(0, 100),
                own.asReadOnlyBuffer());
        others.forEach(BodyBuffers::giveBack);
        ByteBuffer next = take();
        assertThat(others).allSatisfy(other -> assertThat(next).isNotSameAs(other));
        BodyBuffers.giveBack(own);
        BodyBuffers.giveBack(next);
    }

    @Test
    @Timeout(60)
    void boundsWhatIsLostAndGoesOnWhenTheCollectorFoundIt() {
        List<ByteBuffer> lost = new ArrayList<>();
        ByteBuffer next = BodyBuffers.take();
        while (next != null) {
            lost.add(next);
            next = BodyBuffers.take();
        }
        assertThat(lost).hasSizeLessThanOrEqualTo(1024).hasSizeGreaterThan(800);
        lost.clear();
        while (next == null) {
            System.gc();
            next = BodyBuffers.take();
        }
        BodyBuffers.giveBack(next);
    }
}
