package dev.polder.wasm.capability.internal;

import dev.polder.wasm.engine.CallMemory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to Redis: one command, one reply, or a subscription. For one thread at a time. What breaks the protocol or a limit breaks the
 * connection: {@link #broken} tells, and it is of no more use.
 *
 * <p>Source: Redis serialization protocol, version 2, which every version of Redis speaks until asked for another. The
 * reader checks every length against what is left of the reply's budget before it allocates.
 */
public final class RespConnection implements AutoCloseable {

    private static final int MAX_DEPTH = 8;
    private static final int MAX_LINE = 64 * 1024;
    private static final int ELEMENT = 16;
    private static final byte[] END = {'\r', '\n'};

    /** What the server answers. */
    public sealed interface Reply {
        /** No value. */
        record Nil() implements Reply {}

        /** A word such as {@code OK}. */
        record Status(String text) implements Reply {}

        /** A number. */
        record Int(long value) implements Reply {}

        /** Bytes. */
        @SuppressWarnings("ArrayRecordComponent") // bytes of the wire; never compared
        record Bulk(byte[] bytes) implements Reply {}

        /** Several replies. */
        record Array(List<Reply> items) implements Reply {}

        /** The server refuses the command; the connection stays good. */
        record Failure(String message) implements Reply {}
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final int replyBytes;
    private long budget;
    private boolean broken;

    /** @param replyBytes of one reply, each element of an array counted with {@value #ELEMENT} more */
    public RespConnection(Socket socket, int replyBytes) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
        this.replyBytes = replyBytes;
    }

    public boolean broken() {
        return broken;
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @throws IOException when the connection broke, with this call or before it
     */
    public Reply call(List<byte[]> words) throws IOException {
        send(words);
        return receive();
    }

    /**
     * Sends a command whose replies {@link #receive} reads, as many as it has.
     *
     * @throws IOException when the connection broke, with this call or before it
     */
    public void send(List<byte[]> words) throws IOException {
        begin();
        line('*', words.size());
        for (byte[] word : words) {
            line('$', word.length);
            out.write(word);
            out.write(END);
        }
        out.flush();
        broken = false;
    }

    /**
     * Waits for what the server says next.
     *
     * @throws SocketTimeoutException when the time of the socket's reads was over before it said anything; the connection
     *     stays good
     * @throws IOException when the connection broke, with this call or before it
     */
    public Reply receive() throws IOException {
        begin();
        budget = replyBytes;
        int kind;
        try {
            kind = in.read();
        } catch (SocketTimeoutException e) {
            broken = false;
            throw e;
        }
        Reply reply = read(kind, 0);
        broken = false;
        return reply;
    }

    private void begin() throws IOException {
        if (broken) {
            throw new IOException("the connection is broken");
        }
        broken = true;
    }

    private void line(char kind, int number) throws IOException {
        out.write(kind);
        out.write(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
        out.write(END);
    }

    private Reply read(int kind, int depth) throws IOException {
        spend(ELEMENT);
        String line = readLine();
        return switch (kind) {
            case '+' -> new Reply.Status(line);
            case '-' -> new Reply.Failure(line);
            case ':' -> new Reply.Int(number(line));
            case '$' -> bulk(number(line));
            case '*' -> array(number(line), depth);
            case -1 -> throw new EOFException("the server closed the connection");
            default -> throw new IOException("a reply of kind " + kind + " (expected: one of + - : $ *)");
        };
    }

    private Reply bulk(long length) throws IOException {
        if (length == -1) {
            return new Reply.Nil();
        }
        spend(length);
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
            throw new IOException("a value of other than " + length + " bytes");
        }
        return new Reply.Bulk(bytes);
    }

    private Reply array(long length, int depth) throws IOException {
        if (length == -1) {
            return new Reply.Nil();
        }
        if (depth >= MAX_DEPTH) {
            throw new IOException("arrays nested deeper than " + MAX_DEPTH);
        }
        if (length < 0 || length > budget / ELEMENT) {
            throw new IOException("a reply of " + length + " elements (expected: at most " + replyBytes + " bytes)");
        }
        List<Reply> items = new ArrayList<>((int) length);
        for (long i = 0; i < length; i++) {
            items.add(read(in.read(), depth + 1));
        }
        return new Reply.Array(items);
    }

    private void spend(long bytes) throws IOException {
        if (bytes < 0 || bytes > budget) {
            throw new IOException("query result exceeds limit of " + replyBytes + " bytes (expected: less)");
        }
        budget -= bytes;
        CallMemory.hold(bytes);
    }

    private String readLine() throws IOException {
        byte[] line = new byte[64];
        int length = 0;
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (length == MAX_LINE) {
                throw new IOException("a line of more than " + MAX_LINE + " bytes");
            }
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, 4 * length);
            }
            line[length++] = (byte) c;
        }
        if (in.read() != '\n') {
            throw new IOException("a line without its end (expected: CR LF)");
        }
        spend(length);
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }

    private static long number(String line) throws IOException {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "\"" + (line.length() > 40 ? line.substring(0, 40) : line) + "\" (expected: a number)");
        }
    }

    @Override
    public void close() throws IOException {
        broken = true;
        socket.close();
    }
}
