package dev.polder.mesh.proxy.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.BodyBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RunBufTest {

    private static final int SIZE = BodyBuffers.SIZE;

    private static ByteBuf filled(int buffers, int bytes) {
        ByteBuf buf = Objects.requireNonNull(RunBuf.empty(buffers));
        for (int i = 0; i < bytes; i++) {
            buf.writeByte(i % 251);
        }
        return buf;
    }

    private static List<ByteBuf> parts(ByteBuf read) {
        List<ByteBuf> parts = new ArrayList<>();
        RunBuf.handOn(read, parts::add);
        return parts;
    }

    @Test
    void handsEachBufferOnByItself() {
        ByteBuf read = filled(4, 2 * SIZE + 5_000);
        read.skipBytes(100);
        List<ByteBuf> parts = parts(read);
        assertThat(read.refCnt()).isZero();
        assertThat(parts).extracting(ByteBuf::readableBytes).containsExactly(SIZE - 100, SIZE, 5_000);
        int at = 100;
        for (ByteBuf part : parts) {
            while (part.isReadable()) {
                assertThat(part.readByte()).isEqualTo((byte) (at % 251));
                at++;
            }
        }
        parts.get(0).release();
        ByteBuffer next = Objects.requireNonNull(BodyBuffers.take());
        next.put(0, (byte) 99).put(SIZE - 1, (byte) 99);
        assertThat(parts.get(1).getByte(0)).as("another's").isEqualTo((byte) (SIZE % 251));
        BodyBuffers.giveBack(next);
        parts.get(1).release();
        parts.get(2).release();
    }

    @Test
    void skipsBuffersThatWereReadAlready() {
        ByteBuf read = filled(3, 3 * SIZE);
        read.skipBytes(SIZE + 10);
        List<ByteBuf> parts = parts(read);
        assertThat(parts).extracting(ByteBuf::readableBytes).containsExactly(SIZE - 10, SIZE);
        parts.forEach(ByteBuf::release);
    }

    @Test
    void staysTogetherWhileOthersHoldIt() {
        ByteBuf read = filled(2, SIZE + 1);
        ByteBuf slice = read.retainedSlice(0, 10);
        List<ByteBuf> parts = parts(read);
        assertThat(parts).containsExactly(read);
        read.release();
        assertThat(slice.getByte(9)).isEqualTo((byte) 9);
        slice.release();
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void givesItsBuffersBackWhenItIsReleased() {
        ByteBuf read = filled(2, 10);
        read.release();
        BodyBuffers.Run again = Objects.requireNonNull(BodyBuffers.take(2));
        assertThat(again.parts()).hasSize(2);
        again.parts().forEach(BodyBuffers::giveBack);
    }

    @Test
    void leavesOthersAsTheyAre() {
        ByteBuf other = Unpooled.copiedBuffer(new byte[10]);
        assertThat(parts(other)).containsExactly(other);
        other.release();
    }
}
