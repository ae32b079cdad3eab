package dev.polder.mesh.proxy.internal.hbone;

import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** How to reach workloads of this process. */
public interface SameProcess {

    /** For those who have none. */
    SameProcess NONE = new SameProcess() {
        @Override
        public @Nullable ChannelHandler listener(InetSocketAddress address) {
            return null;
        }

        @Override
        public boolean handsOver() {
            return false;
        }
    };

    /**
     * What an HBONE listener of this process does with a connection that it accepts: who adds it to a channel's pipeline is
     * connected to it as by a socket. Any thread.
     *
     * @param address where a connection would go
     * @return null when nobody here listens there
     */
    @Nullable
    ChannelHandler listener(InetSocketAddress address);

    /**
     * Whether tunnels to such a listener, once the handshake and the CONNECT were as with any, hand their bytes over in
     * memory; else these are enciphered by one end and deciphered by the other, as between machines.
     */
    boolean handsOver();
}
