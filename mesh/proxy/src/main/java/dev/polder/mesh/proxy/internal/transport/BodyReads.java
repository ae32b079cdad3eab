package dev.polder.mesh.proxy.internal.transport;

import dev.polder.kernel.model.BodyBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/** How plain connections are read: by what came lately, and when much comes into buffers that can be handed on as they are. */
public final class BodyReads extends AdaptiveRecvByteBufAllocator {

    /** As Netty has it for sockets. */
    private static final int READS_IN_A_ROW = 16;

    private static final int SMALLEST = 64;
    private static final int FIRST = 2048;

    public BodyReads() {
        super(SMALLEST, FIRST, BodyBuffers.LONGEST * BodyBuffers.SIZE);
        maxMessagesPerRead(READS_IN_A_ROW);
    }

    @Override
    @SuppressWarnings("deprecation") // the type Netty's own method has
    public RecvByteBufAllocator.Handle newHandle() {
        return new Reads((RecvByteBufAllocator.ExtendedHandle) super.newHandle());
    }

    private static final class Reads extends RecvByteBufAllocator.DelegatingHandle
            implements RecvByteBufAllocator.ExtendedHandle {

        private final RecvByteBufAllocator.ExtendedHandle netty;

        Reads(RecvByteBufAllocator.ExtendedHandle netty) {
            super(netty);
            this.netty = netty;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            int buffers = Math.min(netty.guess() / BodyBuffers.SIZE, BodyBuffers.LONGEST);
            ByteBuf large = buffers == 0 ? null : RunBuf.empty(buffers);
            return large == null ? netty.allocate(alloc) : large;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return netty.continueReading(maybeMore);
        }
    }
}
