package dev.polder.mesh.proxy.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.BodyBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One test at a time uses the buffers, so what one gives back is what the next one gets. */
class BodyBufTest {

    private static ByteBuf filled(int bytes) {
        ByteBuf buf = Objects.requireNonNull(RunBuf.empty(1));
        for (int i = 0; i < bytes; i++) {
            buf.writeByte(i);
        }
        return buf;
    }

    private static ByteBuffer next() {
        return Objects.requireNonNull(BodyBuffers.take());
    }

    @Test
    void handsMuchOnAsItIs() {
        ByteBuf buf = filled(50_000);
        buf.skipBytes(300);
        ByteBuffer handed = BodyBuf.handOn(buf);
        assertThat(buf.refCnt()).isZero();
        assertThat(BodyBuffers.isOne(handed)).isTrue();
        assertThat(handed.remaining()).isEqualTo(49_700);
        assertThat(handed.get(handed.position())).isEqualTo((byte) 300);
        ByteBuffer other = next();
        assertThat(other).as("its new owner has it alone").isNotSameAs(handed);
        BodyBuffers.giveBack(other);

        ByteBuf again = BodyBuf.of(handed);
        assertThat(again.readableBytes()).isEqualTo(49_700);
        assertThat(again.getByte(0)).isEqualTo((byte) 300);
        again.skipBytes(1);
        ByteBuffer third = BodyBuf.handOn(again);
        assertThat(third).isSameAs(handed);
        assertThat(third.get(third.position())).isEqualTo((byte) 301);
        assertThat(third.remaining()).isEqualTo(49_699);
        BodyBuf.of(third).release();
        assertThat(next()).as("released, it is free").isSameAs(handed);
        BodyBuffers.giveBack(handed);
    }

    @Test
    void copiesWhatIsLittleOrHeldByOthers() {
        ByteBuf little = filled(100);
        ByteBuffer copy = BodyBuf.handOn(little);
        assertThat(copy.hasArray()).isTrue();
        assertThat(copy.remaining()).isEqualTo(100);

        ByteBuf shared = filled(60_000);
        ByteBuf slice = shared.retainedSlice(0, 10);
        ByteBuffer part = BodyBuf.handOn(shared);
        assertThat(part.hasArray()).isTrue();
        assertThat(part.remaining()).isEqualTo(60_000);
        ByteBuffer other = next();
        assertThat(slice.getByte(9)).isEqualTo((byte) 9);
        other.put(9, (byte) 77);
        assertThat(slice.getByte(9)).as("still held").isEqualTo((byte) 9);
        slice.release();
        BodyBuffers.giveBack(other);

        ByteBuffer foreign = BodyBuf.handOn(Unpooled.copiedBuffer(new byte[20_000]));
        assertThat(foreign.remaining()).isEqualTo(20_000);
    }
}
