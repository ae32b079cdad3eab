package dev.polder.mesh.proxy.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.mesh.proxy.HttpFailure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutgoingBodyTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final List<String> seen = new ArrayList<>();
    private final OutgoingBody body = new OutgoingBody(loop, new Owner(), -1, false);

    @AfterEach
    void stop() {
        var _ = loop.shutdownGracefully();
    }

    private final class Owner implements OutgoingBody.Owner {
        @Override
        public void onWritten(@Nullable Head trailers) {
            seen.add("end");
        }

        @Override
        public void onWriterFailed(HttpFailure failure) {
            seen.add(failure.detail());
        }
    }

    /** Tells of room while it writes, as HTTP/2 may when it compares with its last look. */
    private final class Telling implements BodyPeer {
        @Override
        public void body(ByteBuf bytes) {
            seen.add("begin " + bytes.readableBytes());
            body.writable();
            seen.add("done");
            bytes.release();
        }

        @Override
        public void flush() {
            body.writable();
        }

        @Override
        public void end(@Nullable Head trailers) {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void reading(boolean on) {}
    }

    @Test
    void writesNothingInTheMiddleOfAPart() throws Exception {
        for (int size = 1; size <= 3; size++) {
            body.write(new byte[size]);
        }
        body.end(List.of());
        loop.submit(() -> body.attach(new Telling())).get();
        assertThat(seen).containsExactly("begin 1", "done", "begin 2", "done", "begin 3", "done", "end");
    }
}
