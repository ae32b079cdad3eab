package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers small writes to a stream in one buffer, so that a head and a short body leave in one system call, and puts
 * bodies into chunks where asked to.
 */
final class ChunkWriter {

    /** Parts up to this size are copied; larger ones are handed on as they are. */
    private static final int COPY_LIMIT = 4096;

    private static final int BUFFER = 8192;
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};
    private static final byte[] HEX = Ascii.bytes("0123456789abcdef");

    private final ByteStream stream;
    private final ByteBufAllocator alloc;
    private @Nullable ByteBuf pending;

    ChunkWriter(ByteStream stream, ByteBufAllocator alloc) {
        this.stream = stream;
        this.alloc = alloc;
    }

    /** Queues bytes of a head. */
    void head(byte[] bytes, int length, int bodyHint) {
        room(length, length + Math.min(bodyHint, COPY_LIMIT)).writeBytes(bytes, 0, length);
    }

    /** Queues a part of a body; takes it over. */
    void body(ByteBuf bytes, boolean chunked) {
        int length = bytes.readableBytes();
        if (length == 0) {
            bytes.release();
            return;
        }
        if (chunked) {
            chunkSize(room(24, BUFFER), length);
        }
        if (length <= COPY_LIMIT && (pending != null || chunked)) {
            room(length + 2, BUFFER).writeBytes(bytes);
            bytes.release();
        } else {
            send();
            stream.write(bytes);
        }
        if (chunked) {
            room(2, 256).writeByte('\r').writeByte('\n');
        }
    }

    /** Queues the end of a chunked body. */
    void lastChunk(@Nullable Head trailers) {
        ByteBuf out = room(64, 256);
        out.writeBytes(LAST_CHUNK);
        if (trailers != null) {
            HeadWriter.trailers(out, trailers);
        }
        out.writeByte('\r').writeByte('\n');
    }

    /** Hands what is gathered to the stream, without flushing it. */
    void send() {
        ByteBuf out = pending;
        if (out != null) {
            pending = null;
            stream.write(out);
        }
    }

    void release() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    private ByteBuf room(int size, int initial) {
        ByteBuf out = pending;
        if (out != null && out.writableBytes() < size) {
            send();
            out = null;
        }
        if (out == null) {
            out = alloc.directBuffer(Math.max(size, initial));
            pending = out;
        }
        return out;
    }

    private static void chunkSize(ByteBuf out, int length) {
        int shift = (31 - Integer.numberOfLeadingZeros(length)) / 4 * 4;
        for (; shift >= 0; shift -= 4) {
            out.writeByte(HEX[(length >>> shift) & 0xf]);
        }
        out.writeByte('\r').writeByte('\n');
    }
}
