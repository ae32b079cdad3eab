package dev.polder.mesh.proxy.internal.http;

import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Netty's flow control of what is sent, which tells everyone who had to wait when there is room again.
 *
 * <p>Netty's own compares what it saw at its last look with what it sees now. A channel can fill up and empty again between two
 * looks, since with TLS the event that it is full comes a turn of the loop later; whoever asked in between was told to wait,
 * and nobody ever told it to go on. So who asked in vain is kept here.
 */
public final class RemoteFlowControl extends DefaultHttp2RemoteFlowController {

    private final Set<Http2Stream> waiting = new HashSet<>();
    private @Nullable Listener told;

    public RemoteFlowControl(Http2Connection connection, Listener listener) {
        super(connection, new UniformStreamByteDistributor(connection));
        told = listener;
        super.listener(stream -> {
            waiting.remove(stream);
            listener.writabilityChanged(stream);
        });
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                waiting.remove(stream);
            }
        });
    }

    @Override
    public boolean isWritable(Http2Stream stream) {
        boolean writable = super.isWritable(stream);
        if (!writable) {
            waiting.add(stream);
        }
        return writable;
    }

    @Override
    public void channelWritabilityChanged() throws Http2Exception {
        super.channelWritabilityChanged();
        Listener listener = told;
        if (waiting.isEmpty() || listener == null) {
            return;
        }
        for (Http2Stream stream : List.copyOf(waiting)) {
            if (super.isWritable(stream) && waiting.remove(stream)) {
                listener.writabilityChanged(stream);
            }
        }
    }
}
