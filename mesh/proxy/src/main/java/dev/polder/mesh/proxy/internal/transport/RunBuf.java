package dev.polder.mesh.proxy.internal.transport;

import dev.polder.kernel.model.BodyBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several {@link BodyBuffers} side by side while one read fills them: one system call, and one acknowledgement by the kernel,
 * where each by itself would take one of its own.
 */
final class RunBuf extends UnpooledDirectByteBuf {

    private final BodyBuffers.Run run;
    private boolean apart;

    private RunBuf(BodyBuffers.Run run) {
        super(UnpooledByteBufAllocator.DEFAULT, run.memory(), run.memory().remaining());
        this.run = run;
    }

    /**
     * One to read into.
     *
     * @param most buffers, 1 to {@link BodyBuffers#LONGEST}
     * @return null when there are too many already
     */
    static @Nullable ByteBuf empty(int most) {
        BodyBuffers.Run run = BodyBuffers.take(most);
        if (run == null) {
            return null;
        }
        ByteBuf buf = run.parts().size() == 1 ? new BodyBuf(run.parts().getFirst()) : new RunBuf(run);
        return buf.clear();
    }

    /** Hands what was read on, buffer by buffer, each with an owner of its own; anything else as it is. Takes it over. */
    static void handOn(ByteBuf read, Consumer<ByteBuf> to) {
        if (!(read instanceof RunBuf own) || own.refCnt() != 1) {
            to.accept(read);
            return;
        }
        int from = own.readerIndex();
        int end = own.writerIndex();
        own.apart = true;
        own.release();
        for (ByteBuffer part : own.run.parts()) {
            if (end > 0 && from < BodyBuffers.SIZE) {
                to.accept(new BodyBuf(part).setIndex(Math.max(from, 0), Math.min(end, BodyBuffers.SIZE)));
            } else {
                BodyBuffers.giveBack(part);
            }
            from -= BodyBuffers.SIZE;
            end -= BodyBuffers.SIZE;
        }
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        if (!apart) {
            run.parts().forEach(BodyBuffers::giveBack);
        }
    }
}
