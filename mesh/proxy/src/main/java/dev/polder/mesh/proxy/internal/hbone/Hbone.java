package dev.polder.mesh.proxy.internal.hbone;

import io.netty.handler.codec.http2.Http2Settings;

/** The numbers of HBONE that both ends keep, as ztunnel has them. */
public final class Hbone {

    public static final int PORT = 15008;

    /** Streams a client puts on one connection; a peer's own limit may be lower. */
    static final int STREAMS_PER_CONNECTION = 100;

    static final int STREAM_WINDOW = 4 << 20;

    /** Larger than a stream's, so that one stream that is not read cannot stop the others. */
    static final int CONNECTION_WINDOW = 16 << 20;

    static final int FRAME_SIZE = 1 << 20;
    static final long PING_EVERY = 10_000_000_000L;
    static final long PING_TIMEOUT = 20_000_000_000L;
    static final long IDLE_RELEASE = 300_000_000_000L;

    private Hbone() {}

    static Http2Settings clientSettings() {
        return Http2Settings.defaultSettings()
                .pushEnabled(false)
                .initialWindowSize(STREAM_WINDOW)
                .maxFrameSize(FRAME_SIZE)
                .maxHeaderListSize(16 << 10);
    }

    static Http2Settings serverSettings() {
        return Http2Settings.defaultSettings()
                .initialWindowSize(STREAM_WINDOW)
                .maxFrameSize(FRAME_SIZE)
                .maxHeaderListSize(64 << 10)
                .maxConcurrentStreams(200);
    }
}
