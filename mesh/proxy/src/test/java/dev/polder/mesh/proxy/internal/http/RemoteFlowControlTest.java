package dev.polder.mesh.proxy.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteFlowControlTest {

    private final Http2Connection connection = new DefaultHttp2Connection(false);
    private final List<Integer> told = new ArrayList<>();

    @Test
    void tellsWhoAskedWhileTheChannelWasFullForLessThanATurn() throws Exception {
        RemoteFlowControl control = new RemoteFlowControl(connection, stream -> told.add(stream.id()));
        connection.remote().flowController(control);
        Http2ConnectionHandler handler = new Codec(connection).build();
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        var _ = handler.encoder()
                .writeHeaders(
                        channel.pipeline().firstContext(),
                        1,
                        new DefaultHttp2Headers().method("POST").path("/").scheme("http"),
                        0,
                        false,
                        channel.newPromise());
        Http2Stream stream = connection.stream(1);
        assertThat(control.isWritable(stream)).isTrue();

        // Full and empty again before the events of either reach the codec, as with TLS in between.
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        assertThat(control.isWritable(stream)).isFalse();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        told.clear();
        channel.runPendingTasks();
        assertThat(told).containsExactly(1);

        // Once is enough, and who did not ask is not told.
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(told).containsExactly(1);
        channel.finishAndReleaseAll();
    }

    private static final class Codec extends AbstractHttp2ConnectionHandlerBuilder<Http2ConnectionHandler, Codec> {

        Codec(Http2Connection connection) {
            connection(connection);
            frameListener(new Http2FrameAdapter());
        }

        @Override
        public Http2ConnectionHandler build() {
            return super.build();
        }

        @Override
        protected Http2ConnectionHandler build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2ConnectionHandler(decoder, encoder, settings) {};
        }
    }
}
