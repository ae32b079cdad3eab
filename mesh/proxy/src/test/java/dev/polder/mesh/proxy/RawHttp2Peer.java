package dev.polder.mesh.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that speaks HTTP/2 frame by frame, as a script tells it; what comes is read and thrown away. */
final class RawHttp2Peer implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /** {@code :status: 200}, by the static table of RFC 7541. */
    static final byte[] OK = {(byte) 0x88};

    private static final int PREFACE = 24;

    /** What is done when a request comes. */
    interface Script {
        /**
         * Answers a request, or does not.
         *
         * @param number of the request, counted from 1
         * @param stream its id
         */
        void onRequest(int number, int stream, Frames out) throws IOException;
    }

    /** Writes frames. */
    record Frames(DataOutputStream out) {

        void write(int type, int flags, int stream, byte[] payload) throws IOException {
            out.writeByte(payload.length >> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            out.flush();
        }

        void answer(int stream) throws IOException {
            write(HEADERS, END_HEADERS | END_STREAM, stream, OK);
        }
    }

    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final Queue<Http2Headers> heads = new ConcurrentLinkedQueue<>();
    private final ServerSocket server;

    /** @param settings payload of the first frame */
    RawHttp2Peer(byte[] settings, Script script) throws IOException {
        server = new ServerSocket(0, 50, TestMesh.ip("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    accepted.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket, settings, script));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve(Socket socket, byte[] settings, Script script) {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            Frames out = new Frames(new DataOutputStream(socket.getOutputStream()));
            in.skipNBytes(PREFACE);
            out.write(SETTINGS, 0, 0, settings);
            while (true) {
                int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == SETTINGS && (flags & 1) == 0) {
                    out.write(SETTINGS, 1, 0, new byte[0]);
                } else if (type == HEADERS) {
                    heads.add(decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload)));
                    script.onRequest(requests.incrementAndGet(), stream, out);
                }
            }
        } catch (IOException | Http2Exception e) {
            // the client went away
        }
    }

    /** A field as a literal that goes into no table. */
    static byte[] field(String name, int length) {
        byte[] key = name.getBytes(StandardCharsets.US_ASCII);
        // RFC 7541, 5.1: lengths of 127 and more in groups of seven bits, the lowest first
        byte[] field = new byte[2 + key.length + 3 + length];
        field[1] = (byte) key.length;
        System.arraycopy(key, 0, field, 2, key.length);
        int at = 2 + key.length;
        int rest = length - 127;
        field[at] = 127;
        field[at + 1] = (byte) ((rest & 127) | 128);
        field[at + 2] = (byte) (rest >> 7);
        Arrays.fill(field, at + 3, field.length, (byte) 'y');
        return field;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
