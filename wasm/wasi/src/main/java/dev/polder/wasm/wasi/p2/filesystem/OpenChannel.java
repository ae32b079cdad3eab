package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open file, shared by its descriptor and the streams made of it: closed when the last of them is dropped. */
final class OpenChannel {

    private static final Logger LOG = LoggerFactory.getLogger(OpenChannel.class);

    private final FileChannel channel;
    private int holders = 1;

    OpenChannel(SeekableByteChannel channel) {
        if (!(channel instanceof FileChannel file)) {
            throw new WasiError(Errno.NOTSUP);
        }
        this.channel = file;
    }

    FileChannel channel() {
        return channel;
    }

    OpenChannel share() {
        holders++;
        return this;
    }

    void release() {
        if (--holders == 0) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("cannot close a file of a guest", e);
            }
        }
    }
}
