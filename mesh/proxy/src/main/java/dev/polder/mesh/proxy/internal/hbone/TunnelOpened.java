package dev.polder.mesh.proxy.internal.hbone;

/** Waits for a tunnel; one of the two is called once, on the event loop. */
public interface TunnelOpened {

    void opened(TunnelStream stream);

    void failed(TunnelFailure failure);
}
