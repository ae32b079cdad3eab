package dev.polder.mesh.proxy.internal.hbone;

import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;

/** The tunnel broke: the peer reset it, or the connection below is gone. */
final class TunnelReset extends IOException {

    private static final long serialVersionUID = 1L;

    TunnelReset(long errorCode) {
        super("tunnel reset: " + Http2Error.valueOf(errorCode));
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
