package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.mesh.proxy.internal.hbone.IncomingTunnel;
import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.hbone.TunnelRequest;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.Pipe;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A CONNECT within this process. */
record DirectTunnel(EventLoop loop, InetSocketAddress application, TunnelOpened opened) implements IncomingTunnel {

    @Override
    public String authority() {
        return TunnelRequest.authority(application);
    }

    @Override
    public InetSocketAddress peerAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public ByteBufAllocator alloc() {
        return ByteBufAllocator.DEFAULT;
    }

    @Override
    public ByteStream accept() {
        Pipe pipe = new Pipe(loop);
        opened.opened(pipe.client());
        return pipe.server();
    }

    @Override
    public void refuse(int status) {
        opened.failed(TunnelFailure.refused(status));
    }
}
