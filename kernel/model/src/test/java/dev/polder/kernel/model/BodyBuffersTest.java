package dev.polder.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(lost).hasSizeLessThanOrEqualTo(512).hasSizeGreaterThan(400);
        lost.clear();
        while (next == null) {
            System.gc();
            next = BodyBuffers.take();
        }
        BodyBuffers.giveBack(next);
    }
}
