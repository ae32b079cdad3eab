package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.ByteStream;

/** Waits for a tunnel; one of the two is called once, on the event loop. */
public interface TunnelOpened {

    void opened(ByteStream stream);

    void failed(TunnelFailure failure);
}
