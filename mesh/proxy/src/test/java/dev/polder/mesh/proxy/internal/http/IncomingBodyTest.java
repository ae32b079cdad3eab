package dev.polder.mesh.proxy.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.mesh.proxy.BodyReader;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IncomingBodyTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final List<String> seen = new ArrayList<>();
    private final IncomingBody body = new IncomingBody(loop, new Peer(), new Owner(), -1);

    @AfterEach
    void stop() {
        var _ = loop.shutdownGracefully();
    }

    private final class Peer implements BodyPeer {
        @Override
        public void body(ByteBuf bytes) {}

        @Override
        public void flush() {}

        @Override
        public void end(@Nullable Head trailers) {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void reading(boolean on) {
            seen.add(on ? "on" : "off");
        }
    }

    private final class Owner implements IncomingBody.Owner {
        @Override
        public void onFirstDemand() {
            seen.add("demanded");
        }

        @Override
        public void onReaderGone() {
            seen.add("gone");
        }
    }

    private final class Reader implements BodyReader {
        @Override
        public void onBytes(ByteBuffer bytes) {
            seen.add("one of " + bytes.remaining());
        }

        @Override
        public void onParts(List<ByteBuffer> parts) {
            seen.add(parts.stream().map(ByteBuffer::remaining).toList().toString());
        }

        @Override
        public void onEnd(List<HttpHeader> trailers) {
            seen.add("end");
        }

        @Override
        public void onBroken(HttpFailure failure) {
            seen.add(failure.detail());
        }
    }

    /** In one turn of the loop, and then all that it led to. */
    private void turn(Runnable action) throws Exception {
        loop.submit(action).get();
        loop.submit(() -> {}).get();
    }

    private void arrive(int bytes) {
        body.arrived(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private void read(long demand) throws Exception {
        body.read(new Reader());
        body.demand(demand);
        turn(() -> {});
        assertThat(seen).containsExactly("demanded");
        seen.clear();
    }

    @Test
    void handsOverWhatOneTurnBringsTogether() throws Exception {
        read(1_000);
        turn(() -> {
            arrive(100);
            body.settle();
            arrive(BodyReader.MOST);
            arrive(2);
            assertThat(seen).as("while more may come").isEmpty();
        });
        assertThat(seen).containsExactly("[100, " + BodyReader.MOST + "]");
    }

    @Test
    void readsOnOnlyWhileMoreIsDemandedThanIsHeld() throws Exception {
        read(100);
        turn(() -> {
            arrive(60);
            body.settle();
            arrive(40);
            body.settle();
            assertThat(seen).containsExactly("off");
        });
        assertThat(seen).containsExactly("off", "[60, 40]");
        body.demand(1);
        turn(() -> {});
        assertThat(seen).endsWith("on");
    }

    @Test
    void endsBehindWhatCameInTheSameTurn() throws Exception {
        read(1_000);
        turn(() -> {
            arrive(7);
            body.ended(null);
        });
        assertThat(seen).containsExactly("[7]", "end");
    }

    @Test
    void handsNothingOverOnceItIsCancelled() throws Exception {
        read(1_000);
        turn(() -> {
            arrive(7);
            body.cancel();
            arrive(8);
        });
        assertThat(seen).containsExactly("gone");
    }
}
