package dev.polder.mesh.proxy.internal.transport;

import dev.polder.kernel.model.BodyBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/** One of the {@link BodyBuffers} while it is with a connection; goes back to them when it is released. */
public final class BodyBuf extends UnpooledDirectByteBuf {

    /** Less than this is not worth a whole buffer. */
    private static final int WORTH = BodyBuffers.SIZE / 8;

    private final ByteBuffer memory;
    private final int start;
    private boolean handedOn;

    BodyBuf(ByteBuffer memory) {
        super(UnpooledByteBufAllocator.DEFAULT, memory, memory.remaining());
        this.memory = memory;
        this.start = memory.position();
    }

    /** Bytes from position to limit as they are; taken over. */
    public static ByteBuf of(ByteBuffer bytes) {
        return BodyBuffers.isOne(bytes) ? new BodyBuf(bytes) : Unpooled.wrappedBuffer(bytes);
    }

    /** The readable bytes for an owner outside of Netty: as they are where nobody else holds them, else a copy. Takes them over. */
    public static ByteBuffer handOn(ByteBuf bytes) {
        int length = bytes.readableBytes();
        ByteBuffer handed;
        if (bytes instanceof BodyBuf own && own.refCnt() == 1 && length >= WORTH) {
            own.handedOn = true;
            handed = own.memory.clear().limit(own.start + own.writerIndex()).position(own.start + own.readerIndex());
        } else {
            byte[] copy = new byte[length];
            bytes.readBytes(copy);
            handed = ByteBuffer.wrap(copy);
        }
        bytes.release();
        return handed;
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        if (!handedOn) {
            BodyBuffers.giveBack(memory);
        }
    }
}
